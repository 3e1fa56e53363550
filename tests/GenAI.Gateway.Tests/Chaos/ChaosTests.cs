using System.Globalization;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal.Sqlite;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Chaos;

/// <summary>
/// The whole system as real processes, which die. <c>GENAI_CHAOS_SEED</c> chooses what happens; the seed is in the output of a failure.
/// </summary>
public sealed class ChaosTests : IAsyncLifetime
{
    private const int Clients = 4;
    private const int JobsPerClient = 50;
    private const int Steps = 20;
    private const string StepTime = "00:00:00.040";
    private const int GatewayKills = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    // A file's time is that of the kernel's last tick.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly int _seed = int.Parse(Environment.GetEnvironmentVariable("GENAI_CHAOS_SEED") ?? "1", CultureInfo.InvariantCulture);
    private readonly TemporaryFolder _folder = new();
    private readonly int[] _ports = FreePorts.Take(4);
    private readonly List<string> _events = [];
    private ChaosServer[] _servers = [];
    private ServerProcess _gateway = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Uri Flux => new($"http://127.0.0.1:{_ports[1]}/");

    public async ValueTask InitializeAsync()
    {
        _servers = [.. Enumerable.Range(0, 3).Select(i => new ChaosServer($"{Snapshots.Flux}-{i}", _folder))];
        foreach (var server in _servers) Start(server);
        StartGateway();
        try
        {
            foreach (var server in _servers) await server.AnswersAsync();
            await Answering.AnswersAsync(new Uri(Flux, "queue"), _gateway);
        }
        catch (Exception)
        {
            // What could not be initialized is not disposed of either.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var server in _servers) await server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Two_hundred_jobs_each_have_one_result_whatever_is_killed()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"GENAI_CHAOS_SEED={_seed}");
        var clients = Enumerable.Range(0, Clients).Select(i => new ChaosClient(Flux, i, supportsPreviewMetadata: i % 2 == 0)).ToArray();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Limit);
        try
        {
            var working = Task.WhenAll(clients.Select(client => client.RunAsync(JobsPerClient, Steps, limit.Token)));
            await WreakHavocAsync(clients, working, limit.Token);
            await working;

            var pictures = new List<string>();
            foreach (var client in clients)
            {
                foreach (var job in client.Jobs) pictures.Add(await client.CheckAsync(job, Cancelled));
            }

            Assert.Equal(Clients * JobsPerClient, pictures.Distinct().Count());
            _gateway.Kill();
            await CheckRecordsAsync([.. clients.SelectMany(client => client.Jobs)]);
        }
        catch (Exception)
        {
            Tell(clients);
            throw;
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }

        // Else nothing was proven.
        Assert.All(clients, client => Assert.True(client.Connections > GatewayKills, "The gateway's death broke no socket."));
        Assert.True(_servers.Sum(server => server.Deaths.Count) >= 6, "Too few instances died.");
    }

    /// <summary>
    /// Kills an instance whenever a few more jobs are over, which is every few seconds, and the gateway when a third and two thirds of them are; each
    /// comes back a moment later. By jobs and not by time, so that a machine on which processes start slowly is not kept from all work.
    /// </summary>
    private async Task WreakHavocAsync(ChaosClient[] clients, Task working, CancellationToken cancellationToken)
    {
        var random = new Random(_seed);
        var kills = 0;
        while (await HappensAsync(random.Next(6, 18)) && await PassesAsync(random.Next(0, 1000)))
        {
            var victim = _servers[random.Next(_servers.Length)];
            Note($"{victim.Id} is killed");
            victim.Kill();
            await PassesAsync(random.Next(0, 1000));
            Start(victim);
            if (kills == GatewayKills || clients.Sum(client => client.Over) < Clients * JobsPerClient * (kills + 1) / (GatewayKills + 1)) continue;
            kills++;
            Note("the gateway is killed");
            _gateway.Kill();
            await PassesAsync(random.Next(0, 1500));
            StartGateway();
            Note("the gateway is started");
        }

        Assert.Equal(GatewayKills, kills);

        async Task<bool> HappensAsync(int jobs)
        {
            var enough = clients.Sum(client => client.Over) + jobs;
            await Eventually.TrueAsync(() => working.IsCompleted || clients.Sum(client => client.Over) >= enough, cancellationToken, Limit);
            return !working.IsCompleted;
        }

        // Waits for the dice and for nothing else: whatever is going on then is cut off.
        async Task<bool> PassesAsync(int milliseconds)
        {
            await Task.WhenAny(working, Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, cancellationToken));
            return !working.IsCompleted;
        }
    }

    /// <summary>
    /// The journal has each job once, as completed, and its last attempt made the one picture. A picture that an earlier attempt made is one
    /// that died with its instance: that was killed before the gateway had heard of the end.
    /// </summary>
    private async Task CheckRecordsAsync(ChaosJob[] jobs)
    {
        await using var journal = new SqliteJournal(_folder.Combine("gateway", "jobs.db"));
        await journal.OpenAsync(Cancelled);
        var page = await journal.ListAsync(new JobQuery { Limit = 1000 }, Cancelled);
        Assert.Equal(jobs.Select(job => job.Id).Order(), page.Jobs.Select(job => job.Id).Order());
        var completions = _servers.SelectMany(server => server.Completions()).ToLookup(made => made.Prefix);
        var died = 0;
        foreach (var job in page.Jobs)
        {
            Assert.True(job.State == JobState.Completed, $"{job.Id} is {job.State}: {job.Failure}");
            Assert.Single(job.Outputs);
            var made = completions[jobs.Single(known => known.Id == job.Id).Prefix].ToArray();
            var last = job.Attempts[^1];
            Assert.Single(made, picture => picture.Server == last.Instance && picture.At >= last.DispatchedAt - Tick);
            foreach (var (_, server, at) in made.Where(picture => picture.Server != last.Instance || picture.At < last.DispatchedAt - Tick))
            {
                died++;
                var attempt = job.Attempts.Last(attempt => attempt.Instance == server && attempt.DispatchedAt - Tick <= at);
                Assert.Contains(_servers.Single(known => known.Id == server).Deaths, death => death >= at && death <= attempt.EndedAt);
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{page.Jobs.Count(job => job.Attempts.Length > 1)} jobs had several attempts, {died} pictures died with their instance, {_servers.Sum(server => server.Deaths.Count)} instances were killed.");
    }

    /// <summary>A job takes some of a second, however fast the machine is.</summary>
    private static void Start(ChaosServer server) => server.Start($"--ModelServer:Models:StepTime={StepTime}");

    private void StartGateway() => _gateway = ServerProcess.StartGateway(
        _ports, _folder.Combine("gateway"),
        [
            $"--FLUX_URL={string.Join(',', _servers.Select(server => server.Address.ToString().TrimEnd('/')))}",
            "--GENAI_ENVIRONMENT=development", "--API_AUTH_ENABLED=false",
            "--GenAI:Gateway:Dispatch:AskInterval=00:00:00.5",
            // The jobs are innocent of the deaths.
            "--GenAI:Gateway:Dispatch:MostDeaths=1000",
        ]);

    private void Note(string what) => _events.Add($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {what}");

    private void Tell(ChaosClient[] clients)
    {
        var output = TestContext.Current.TestOutputHelper!;
        foreach (var line in _events) output.WriteLine(line);
        foreach (var job in clients.SelectMany(client => client.Jobs).Where(job => !job.Seen.IsCompletedSuccessfully)) output.WriteLine($"not seen: {job}");
        output.WriteLine(_gateway.Output);
    }
}
