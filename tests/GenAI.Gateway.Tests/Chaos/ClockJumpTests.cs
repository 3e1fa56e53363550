using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using GenAI.Contracts.Access;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Dispatch;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Chaos;

/// <summary>A wall clock that is set while the gateway works, by more than any of its limits.</summary>
public sealed class ClockJumpTests : IAsyncLifetime
{
    private static readonly TimeSpan Review = TimeSpan.FromMilliseconds(101);

    private readonly JumpingTimeProvider _clock = new();
    private readonly List<FakeComfyUI> _instances = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<int> Hours => [1, -1, 24, -24];

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 2; i++) _instances.Add(await FakeComfyUI.StartAsync(Cancelled));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances) await instance.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task Jobs_that_run_and_wait_go_on_and_new_ones_are_taken(int hours)
    {
        foreach (var instance in _instances) instance.Automatic = false;
        await using var gateway = Start();
        var jobs = new List<Job>();
        for (var i = 0; i < 4; i++) jobs.Add(await SubmitAsync(gateway));
        await Eventually.TrueAsync(() => _instances.All(instance => instance.Running.Count == 1), Cancelled);

        _clock.SetWallClock(TimeSpan.FromHours(hours));
        var ticks = _clock.Ticks(Review);
        await Eventually.TrueAsync(() => _clock.Ticks(Review) >= ticks + 2, Cancelled);
        // The limits of the queue's age too are not reached.
        jobs.Add(await SubmitAsync(gateway));
        // Heard after the look at all limits.
        Assert.True(await gateway.Desk.CancelAsync(jobs[4].Id, Cancelled));
        foreach (var job in jobs[..2]) Assert.InRange((gateway.Desk.OutlookOf(job.Id)!.EstimatedEnd ?? _clock.GetUtcNow()) - _clock.GetUtcNow(), TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5));
        foreach (var instance in _instances) instance.Automatic = true;
        foreach (var instance in _instances) await instance.FinishAsync(instance.Running.Keys.Single());

        foreach (var job in jobs[..4])
        {
            var ended = await gateway.Desk.WaitForEndAsync(job.Id, Cancelled);
            Assert.Equal((JobState.Completed, 1), (ended.State, ended.Attempts.Length));
        }
    }

    [Fact]
    public async Task A_real_process_goes_on_while_its_clock_is_set_to_and_fro()
    {
        using var time = new FakeTime();
        using var folder = new TemporaryFolder();
        foreach (var instance in _instances) instance.Automatic = false;
        var ports = FreePorts.Take(4);
        var addresses = string.Join(',', _instances.Select(instance => instance.Address.ToString().TrimEnd('/')));
        await using var gateway = ServerProcess.StartGateway(
            time, ports, folder.Path, $"--FLUX_URL={addresses}", "--GENAI_ENVIRONMENT=development", "--API_AUTH_ENABLED=false");
        await Answering.AnswersAsync(new Uri($"http://127.0.0.1:{ports[1]}/queue"), gateway);
        await using var client = new ComfyClient(new Uri($"http://127.0.0.1:{ports[1]}/"));
        await client.ConnectAsync();
        foreach (var hours in (int[])[1, -1, 24, -24, 0])
        {
            var jobs = new List<string>();
            for (var i = 0; i < 3; i++) jobs.Add(await client.SubmitAsync(ComfyClient.Graph(i)));
            await Eventually.TrueAsync(() => _instances.All(instance => instance.Running.Count == 1), Cancelled);
            time.Set(TimeSpan.FromHours(hours));
            await Eventually.TrueAsync(async () => Math.Round(await AheadAsync(client.Http)) == hours, Cancelled);
            await Eventually.TrueAsync(
                async () =>
                {
                    foreach (var instance in _instances)
                        foreach (var id in instance.Running.Keys) await instance.FinishAsync(id);
                    return jobs.TrueForAll(id => client.Told(id).Contains("finished"));
                },
                Cancelled);
            foreach (var id in jobs) Assert.Equal(1, _instances.Sum(instance => instance.Prompts.Count(prompt => prompt["prompt_id"]!.ToString() == id)));
        }

        Assert.DoesNotContain("came back from instance", gateway.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task An_instance_that_is_left_alone_for_a_moment_is_not_left_alone_for_longer(int hours)
    {
        await _instances[1].DisposeAsync();
        await using var gateway = Start();
        _instances[0].Automatic = false;
        var job = await SubmitAsync(gateway);
        await Eventually.TrueAsync(() => _instances[0].Running.ContainsKey(job.Id), Cancelled);
        await _instances[0].DisposeAsync();
        await Eventually.TrueAsync(async () => (await gateway.Desk.FindAsync(job.Id, Cancelled))!.Attempts[0].EndedAt is not null, Cancelled);

        _clock.SetWallClock(TimeSpan.FromHours(hours));
        _instances[0].Automatic = true;
        await _instances[0].StartAgainAsync(Cancelled);
        var ended = await gateway.Desk.WaitForEndAsync(job.Id, Cancelled).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Cancelled);
        Assert.Equal(JobState.Completed, ended.State);
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task An_absent_client_is_told_what_it_missed(int hours)
    {
        foreach (var instance in _instances) instance.Automatic = false;
        await using var gateway = Start();
        await using var client = new ComfyClient(gateway.Flux);
        await client.ConnectAsync();
        var (before, after) = (await client.SubmitAsync(ComfyClient.Graph(1)), await client.SubmitAsync(ComfyClient.Graph(2)));
        await Eventually.TrueAsync(() => _instances.All(instance => instance.Running.Count == 1), Cancelled);
        await client.BreakOffAsync();
        await FinishAsync(gateway, before);
        _clock.SetWallClock(TimeSpan.FromHours(hours));
        await FinishAsync(gateway, after);

        await client.ConnectAsync();
        foreach (var id in (string[])[before, after]) await client.UntilFinishedAsync(id);
    }

    [Fact]
    public async Task A_clock_that_is_set_ahead_makes_no_history_old()
    {
        await using var gateway = Start(("KeepFor", "12:00:00"), ("KeepCount", "3"), ("CleanInterval", "00:00:00.1"));
        var jobs = new List<Job>();
        for (var i = 0; i < 3; i++) await EndAsync();
        _clock.SetWallClock(TimeSpan.FromDays(1));
        await EndAsync();

        // That one goes, which is one too many, shows that history was cleaned.
        await Eventually.TrueAsync(async () => await gateway.Desk.FindAsync(jobs[0].Id, Cancelled) is null, Cancelled);
        foreach (var job in jobs[1..]) Assert.NotNull(await gateway.Desk.FindAsync(job.Id, Cancelled));

        async Task EndAsync()
        {
            jobs.Add(await SubmitAsync(gateway));
            await gateway.Desk.WaitForEndAsync(jobs[^1].Id, Cancelled);
        }
    }

    [Fact]
    public async Task Tickets_and_request_limits_go_by_the_time_that_passes_and_keys_by_the_calendar()
    {
        await using var gateway = KeyedGateway.Start(new() { ["FLUX_URL"] = _instances[0].Address.ToString() }, _clock);
        var key = await gateway.CreateKeyAsync(new() { Quotas = new() { RequestsPerMinute = 4 }, ExpiresAt = _clock.GetUtcNow().AddHours(12) }, Cancelled);
        using var client = gateway.Connect(key.Key);
        Assert.True(await OpensAsync(gateway, await TicketAsync(client), TimeSpan.FromHours(1)));
        var ticket = await TicketAsync(client);
        _clock.SetWallClock(TimeSpan.FromHours(-2));
        // Two tickets, a socket and this.
        await TicketAsync(client);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("v1/models", Cancelled)).StatusCode);

        _clock.StandStill(TimeSpan.FromSeconds(62));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/models", Cancelled)).StatusCode);
        Assert.False(await OpensAsync(gateway, ticket, TimeSpan.Zero));
        _clock.SetWallClock(TimeSpan.FromHours(24));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("v1/models", Cancelled)).StatusCode);
    }

    /// <summary>By how many hours the gateway's wall clock is ahead, as its answers say.</summary>
    private static async Task<double> AheadAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("queue", Cancelled);
        return (answer.Headers.Date!.Value - TimeProvider.System.GetUtcNow()).TotalHours;
    }

    private static async Task<string> TicketAsync(HttpClient client)
    {
        using var response = await client.PostAsync("v1/tickets", null, Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        return (await response.Content.ReadFromJsonAsync<IssuedTicket>(AccessJson.Options, Cancelled))!.Ticket;
    }

    private async Task<bool> OpensAsync(KeyedGateway gateway, string ticket, TimeSpan jump)
    {
        _clock.SetWallClock(jump);
        using var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(new UriBuilder(gateway.Gateway.Flux) { Scheme = "ws", Path = "/ws", Query = $"ticket={ticket}" }.Uri, Cancelled);
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }

    private static async Task<Job> SubmitAsync(TestGateway gateway)
    {
        var (job, error) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI(), Cancelled);
        Assert.Null(error);
        return job!;
    }

    private async Task FinishAsync(TestGateway gateway, string id)
    {
        await _instances.Single(instance => instance.Running.ContainsKey(id)).FinishAsync(id);
        await gateway.Desk.WaitForEndAsync(id, Cancelled);
    }

    private TestGateway Start(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["FLUX_URL"] = string.Join(',', _instances.Select(instance => instance.Address.ToString().TrimEnd('/'))),
            ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.3",
            ["GenAI:Gateway:Dispatch:ReviewInterval"] = $"{Review}",
            ["GenAI:Gateway:Dispatch:MostDeaths"] = "5",
        };
        foreach (var (name, value) in settings) all[$"GenAI:Gateway:Jobs:{name}"] = value;
        return TestGateway.Start(settings: all, clock: _clock);
    }
}
