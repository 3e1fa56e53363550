using System.Net;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing.Snapshots;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using static GenAI.Gateway.Tests.Fakes.Snapshots;

namespace GenAI.Gateway.Tests.Routing;

public sealed class SnapshotTests
{
    /// <summary>After which the orchestrator is asked: to the moment, since what goes on past it is timed by the same clock.</summary>
    private static readonly TimeSpan Silence = new OrchestratorOptions().WatchIdleTimeout;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_snapshot_moves_new_requests_while_those_under_way_finish()
    {
        using var begun = new SemaphoreSlim(0);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var old = await NamedServer.StartHeldAsync("old", begun, mayEnd.Task, Token);
        await using var fresh = await NamedServer.StartAsync("fresh", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(1, Instance(Flux, 0, old.Address)), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address);
        using var client = gateway.Connect(gateway.Flux);
        await Eventually.TrueAsync(() => AnswersAsync(client, "old", "ready"), Token);

        var underWay = client.GetStringAsync("x", Token);
        await begun.WaitAsync(Token);
        orchestrator.Publish(Of(2, Instance(Flux, 0, old.Address, InstanceState.Draining), Instance(Flux, 1, fresh.Address)));

        // Not "x": one that still went to the old instance would be held there.
        await Eventually.TrueAsync(() => AnswersAsync(client, "fresh", "ready"), Token);
        mayEnd.SetResult();
        Assert.Equal("old", await underWay);
    }

    [Fact]
    public async Task Instances_that_take_no_requests_get_none()
    {
        await using var good = await NamedServer.StartAsync("good", Token);
        await using var bad = await NamedServer.StartAsync("bad", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(
            Of(
                1,
                Instance(StableDiffusion, 0, bad.Address, InstanceState.Starting),
                Instance(StableDiffusion, 1, bad.Address, InstanceState.Unhealthy),
                Instance(StableDiffusion, 2, bad.Address, InstanceState.Draining),
                Instance(StableDiffusion, 3, good.Address, InstanceState.Degraded)),
            Token);
        await using var gateway = TestGateway.Start(orchestrator.Address);
        using var client = gateway.Connect(gateway.StableDiffusion);

        await Eventually.TrueAsync(() => AnswersAsync(client, "good"), Token);
        for (var i = 0; i < 8; i++) Assert.Equal("good", await client.GetStringAsync("x", Token));
    }

    [Fact]
    public async Task With_the_orchestrator_away_at_the_start_service_discovery_is_used_until_it_comes()
    {
        await using var discovered = await NamedServer.StartAsync("discovered", Token);
        await using var known = await NamedServer.StartAsync("known", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(1, Instance(Flux, 7, known.Address)), Token);
        await orchestrator.DisposeAsync();
        await using var gateway = TestGateway.Start(
            orchestrator.Address, new() { ["services:flux-1-dev:http:0"] = discovered.Address.ToString() });
        using var client = gateway.Connect(gateway.Flux);

        Assert.Equal("discovered", await client.GetStringAsync("x", Token));
        await orchestrator.StartAgainAsync(Token);

        await Eventually.TrueAsync(() => AnswersAsync(client, "known"), Token);
        Assert.Single(gateway.Log.Lines, line => line.Contains("from service discovery", StringComparison.Ordinal));
        Assert.Single(gateway.Log.Lines, line => line.Contains("SnapshotLoop: Following the orchestrator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_the_orchestrator_away_later_the_last_snapshot_stays_until_it_returns()
    {
        await using var first = await NamedServer.StartAsync("first", Token);
        await using var second = await NamedServer.StartAsync("second", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(1, Instance(Flux, 0, first.Address)), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address);
        using var client = gateway.Connect(gateway.Flux);
        await Eventually.TrueAsync(() => AnswersAsync(client, "first"), Token);

        await orchestrator.DisposeAsync();
        await Eventually.TrueAsync(() => HealthIsAsync(gateway, "degraded"), Token);
        Assert.Equal("first", await client.GetStringAsync("x", Token));

        orchestrator.Publish(Of(2, Instance(Flux, 1, second.Address)));
        await orchestrator.StartAgainAsync(Token);
        await Eventually.TrueAsync(() => AnswersAsync(client, "second"), Token);
        await Eventually.TrueAsync(() => HealthIsAsync(gateway, "healthy"), Token);
        Assert.Single(gateway.Log.Lines, line => line.Contains("SnapshotLoop: The orchestrator is away", StringComparison.Ordinal));
        Assert.Equal(2, gateway.Log.Lines.Count(line => line.Contains("SnapshotLoop: Following the orchestrator", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_orchestrator_that_has_just_started_does_not_interrupt_what_works()
    {
        await using var instance = await NamedServer.StartAsync("works", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(1, Instance(Flux, 0, instance.Address)), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address);
        using var client = gateway.Connect(gateway.Flux);
        await Eventually.TrueAsync(() => AnswersAsync(client, "works"), Token);

        await orchestrator.DisposeAsync();
        orchestrator.Publish(Of(100, Instance(Flux, 0, instance.Address, InstanceState.Starting)));
        await orchestrator.StartAgainAsync(Token);
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 100, Token);
        Assert.Equal("works", await client.GetStringAsync("x", Token));

        orchestrator.Publish(Of(101, Instance(Flux, 0, instance.Address, InstanceState.Unhealthy)));
        await Eventually.TrueAsync(() => StatusIsAsync(client, HttpStatusCode.ServiceUnavailable), Token);
    }

    [Fact]
    public async Task A_silent_watch_is_begun_again_from_where_it_was()
    {
        var clock = new ManualTimeProvider();
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(5), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address, clock: clock);
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 5, Token);

        clock.Advance(Silence);
        await Eventually.TrueAsync(() => orchestrator.Watches.Count > 1, Token);

        Assert.Equal("", orchestrator.Watches.First());
        Assert.Equal("5", orchestrator.Watches.Skip(1).First());
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("SnapshotLoop: The orchestrator is away", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_orchestrator_that_was_restarted_during_a_silence_does_not_interrupt_what_works()
    {
        var clock = new ManualTimeProvider();
        await using var instance = await NamedServer.StartAsync("works", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(1, Instance(Flux, 0, instance.Address)), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address, clock: clock);
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 1, Token);

        orchestrator.PublishUnheard(Of(100, Instance(Flux, 0, instance.Address, InstanceState.Starting)));
        clock.Advance(Silence);
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 100, Token);

        Assert.Equal(InstanceState.Healthy, gateway.Fleet.Current.Snapshot.Instances.Single().State);
    }

    [Theory]
    [InlineData("services:orchestrator:api:0")]
    [InlineData("services:orchestrator:http:0")]
    public async Task The_orchestrator_is_found_by_service_discovery(string key)
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(3), Token);
        await using var gateway = TestGateway.Start(
            settings: new() { [key] = orchestrator.Address.ToString(), ["GenAI:Orchestrator:Url"] = "" });

        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 3, Token);
    }

    [Fact]
    public async Task A_model_that_only_the_control_plane_knows_is_reachable()
    {
        await using var instance = await NamedServer.StartAsync("newcomer", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(1), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address);
        using var client = gateway.Connect();

        orchestrator.Publish(Of(2, Instance("sana-15", 0, instance.Address)));

        await Eventually.TrueAsync(() => AnswersAsync(client, "newcomer", "models/sana-15/x"), Token);
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string expected, string path = "x")
    {
        using var response = await client.GetAsync(path, Token);
        return await response.Content.ReadAsStringAsync(Token) == expected;
    }

    private static async Task<bool> StatusIsAsync(HttpClient client, HttpStatusCode expected)
    {
        using var response = await client.GetAsync("x", Token);
        return response.StatusCode == expected;
    }

    private static async Task<bool> HealthIsAsync(TestGateway gateway, string expected)
    {
        using var client = gateway.Connect();
        var health = await client.GetStringAsync("health", Token);
        return health.StartsWith($"{{\"status\":\"{expected}\"", StringComparison.Ordinal);
    }
}
