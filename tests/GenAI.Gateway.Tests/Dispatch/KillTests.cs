using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Jobs.Journal.Sqlite;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Dispatch;

/// <summary>The real gateway and real model servers, killed as the kernel kills.</summary>
public sealed class KillTests : IDisposable
{
    private const int Jobs = 18;

    private readonly TemporaryFolder _folder = new();
    private readonly int[] _ports = FreePorts.Take(4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string JournalPath => _folder.Combine("gateway", "jobs.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_gateway_killed_at_any_instant_loses_no_job_and_completes_none_twice(int seed)
    {
        var random = new Random(seed);
        var ids = await AcceptAsync();
        var addresses = FreePorts.Take(3).Select(port => new Uri($"http://127.0.0.1:{port}/")).ToArray();
        var servers = addresses.Select((address, i) => ServerProcess.StartModelServer(address, _folder.Combine($"model-{i}"))).ToArray();
        foreach (var (address, server) in addresses.Zip(servers)) await Answering.AnswersAsync(new Uri(address, "queue"), server);

        var output = "";
        for (var kill = 0; kill < 6; kill++)
        {
            await using var gateway = StartGateway(addresses);
            await Answering.AnswersAsync(new Uri($"http://127.0.0.1:{_ports[0]}/alive"), gateway);
            // An instant, not a wait for something: whatever the gateway does then is cut off.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(30, 1500)), TimeProvider.System, Cancelled);
            gateway.Kill();
            output += gateway.Output;
        }

        // Else the kills have hit nothing.
        Assert.Matches("[1-9][0-9]* that an instance may have", output);

        await using (StartGateway(addresses)) await AllEndAsync(servers);

        await using var journal = await OpenAsync();
        var page = await journal.ListAsync(new JobQuery { Limit = 1000 }, Cancelled);
        Assert.Equal(ids.Order(), page.Jobs.Select(job => job.Id).Order());
        Assert.All(page.Jobs, job => Assert.True(job.State == JobState.Completed, $"{job.Id} is {job.State}: {job.Failure}"));
        Assert.All(page.Jobs, job => Assert.True(File.Exists(_folder.Combine("gateway", "content", job.Outputs.Single().Hash[..2], job.Outputs.Single().Hash))));
        var completions = await CompletionsAsync(addresses);
        Assert.All(ids, id => Assert.Single(completions[id]));
        foreach (var server in servers) await server.DisposeAsync();
    }

    [Fact]
    public async Task Instances_that_are_killed_give_their_jobs_to_the_others()
    {
        var random = new Random(3);
        var ids = await AcceptAsync();
        var addresses = FreePorts.Take(3).Select(port => new Uri($"http://127.0.0.1:{port}/")).ToArray();
        var servers = addresses.Select((address, i) => ServerProcess.StartModelServer(address, _folder.Combine($"model-{i}"))).ToArray();
        foreach (var (address, server) in addresses.Zip(servers)) await Answering.AnswersAsync(new Uri(address, "queue"), server);

        await using (var gateway = StartGateway(addresses, "--GenAI:Gateway:Dispatch:MostDeaths=100"))
        {
            await Answering.AnswersAsync(new Uri($"http://127.0.0.1:{_ports[0]}/alive"), gateway);
            for (var kill = 0; kill < 6; kill++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1500)), TimeProvider.System, Cancelled);
                var victim = random.Next(3);
                await servers[victim].DisposeAsync();
                servers[victim] = ServerProcess.StartModelServer(addresses[victim], _folder.Combine($"model-{victim}"));
            }

            await AllEndAsync(servers);
        }

        await using var journal = await OpenAsync();
        var page = await journal.ListAsync(new JobQuery { Limit = 1000 }, Cancelled);
        Assert.Equal(ids.Order(), page.Jobs.Select(job => job.Id).Order());
        Assert.All(page.Jobs, job => Assert.True(job.State == JobState.Completed, $"{job.Id} is {job.State}: {job.Failure}"));
        Assert.Contains(page.Jobs, job => job.Attempts.Length > 1);
        foreach (var server in servers) await server.DisposeAsync();
    }

    private ServerProcess StartGateway(Uri[] instances, params string[] settings) => ServerProcess.StartGateway(
        _ports, _folder.Combine("gateway"),
        [$"--FLUX_URL={string.Join(',', instances.Select(instance => instance.ToString().TrimEnd('/')))}", "--GenAI:Gateway:Dispatch:AskInterval=00:00:00.5", .. settings]);

    /// <summary>Into the journal, as a gateway does before it says "accepted".</summary>
    private async Task<string[]> AcceptAsync()
    {
        await using var journal = await OpenAsync();
        var jobs = Enumerable.Range(0, Jobs).Select(seed => new NewJob(
            new Job
            {
                Id = Guid.NewGuid().ToString("D"), Model = Snapshots.Flux, Source = JobSource.ComfyUI, Owner = "anonymous", Number = 0,
                Demand = new JobDemand { Checkpoint = "flux1-dev.safetensors" }, AcceptedAt = TimeProvider.System.GetUtcNow(),
            },
            JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["prompt"] = Workflow(seed) }))).ToArray();
        var accepted = await journal.AcceptAsync(jobs, Cancelled);
        return [.. accepted.Select(job => job.Job.Id)];
    }

    private async Task<SqliteJournal> OpenAsync()
    {
        var journal = new SqliteJournal(JournalPath);
        await journal.OpenAsync(Cancelled);
        return journal;
    }

    private static JsonObject Workflow(int seed)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Images", "Templates", "flux.json"));
        foreach (var (slot, value) in new Dictionary<string, string>
        {
            ["$checkpoint"] = "\"flux1-dev.safetensors\"", ["$prompt"] = "\"a red circle\"", ["$width"] = "256", ["$height"] = "256",
            ["$steps"] = "40", ["$guidance"] = "3.5", ["$seed"] = $"{seed}", ["$sampler"] = "\"euler\"", ["$scheduler"] = "\"simple\"",
        })
            text = text.Replace($"\"{slot}\"", value, StringComparison.Ordinal);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Looked at in the file itself, beside the gateway that writes it.</summary>
    private async Task AllEndAsync(IEnumerable<ServerProcess> servers)
    {
        using var reader = new SqliteReaders(JournalPath);
        await Eventually.TrueAsync(
            async () => await reader.ReadAsync(session => session.Scalar("SELECT count(*) FROM jobs WHERE state < 3"), Cancelled) == 0,
            Cancelled, TimeSpan.FromMinutes(3), "every job has ended");
        Assert.All(servers, server => Assert.False(server.HasExited));
    }

    private static async Task<ILookup<string, Uri>> CompletionsAsync(Uri[] instances)
    {
        using var http = new HttpClient();
        var completions = new List<(string Id, Uri Instance)>();
        foreach (var instance in instances)
        {
            var history = await http.GetFromJsonAsync<JsonObject>(new Uri(instance, "history?max_items=1000"), Cancelled);
            completions.AddRange(history!.Where(entry => (bool)entry.Value!["status"]!["completed"]!).Select(entry => (entry.Key, instance)));
        }

        return completions.ToLookup(completion => completion.Id, completion => completion.Instance);
    }
}
