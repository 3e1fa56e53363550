using System.Net;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing.Tracks;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using static GenAI.Gateway.Tests.Fakes.Snapshots;

namespace GenAI.Gateway.Tests.Routing;

/// <summary>Canaries, and blue and green, of requests that are passed through.</summary>
public sealed class TrackTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StableDiffusion)]
    [InlineData(Flux)]
    public async Task The_canary_serves_those_who_ask_for_it_and_the_answer_says_so(string model)
    {
        await using var old = await NamedServer.StartAsync("old", Token);
        await using var fresh = await NamedServer.StartAsync("fresh", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(1, Stable(model, old), Canary(model, fresh)), Token);
        await using var gateway = await StartAsync(orchestrator);
        using var recorder = gateway.Record();

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(("old", "stable", "1.0"), await AskAsync(gateway, model));
            Assert.Equal(("fresh", "canary", "2.0"), await AskAsync(gateway, model, "true"));
            Assert.Equal(("old", "stable", "1.0"), await AskAsync(gateway, model, "false"));
        }

        Assert.Equal(5, recorder.Of("genai_gateway_track_requests").Where(served => served.Tags["model"] as string == model && served.Tags["track"] is "canary").Sum(served => served.Value));
    }

    [Fact]
    public async Task The_share_decides_for_each_client_and_follows_the_snapshot()
    {
        await using var old = await NamedServer.StartAsync("old", Token);
        await using var fresh = await NamedServer.StartAsync("fresh", Token);
        Instance[] instances = [Stable(StableDiffusion, old), Canary(StableDiffusion, fresh)];
        await using var orchestrator = await FakeOrchestrator.StartAsync(Shared(1, 20, instances), Token);
        await using var gateway = await StartAsync(orchestrator);

        var few = await CanariesAsync(gateway);
        Assert.Equal(few, await CanariesAsync(gateway));
        orchestrator.Publish(Shared(2, 60, instances));
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 2, Token);
        var more = await CanariesAsync(gateway);

        Assert.InRange(few.Count, 1, 25);
        Assert.True(more.Count > few.Count);
        Assert.Subset(more, few);
    }

    [Theory]
    [InlineData(InstanceState.Unhealthy)]
    [InlineData(InstanceState.Draining)]
    [InlineData(InstanceState.Starting)]
    public async Task A_canary_that_takes_nothing_leaves_its_clients_to_the_others(InstanceState state)
    {
        await using var old = await NamedServer.StartAsync("old", Token);
        await using var fresh = await NamedServer.StartAsync("fresh", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(
            Shared(1, 100, Stable(StableDiffusion, old), Canary(StableDiffusion, fresh) with { State = state }), Token);
        await using var gateway = await StartAsync(orchestrator);

        Assert.Equal(("old", "stable", "1.0"), await AskAsync(gateway, StableDiffusion, "true"));
    }

    [Fact]
    public async Task A_canary_that_is_gone_costs_its_clients_a_second_attempt_and_no_error()
    {
        await using var old = await NamedServer.StartAsync("old", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(
            Shared(1, 100, Stable(StableDiffusion, old), Instance(StableDiffusion, 1, NamedServer.Nobody()) with { Track = ModelTraffic.Canary }), Token);
        await using var gateway = await StartAsync(orchestrator);

        for (var i = 0; i < 8; i++) Assert.Equal(("old", "stable", "1.0"), await AskAsync(gateway, StableDiffusion));
        Assert.Contains(gateway.Log.Lines, line => line.Contains("goes to another one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_but_the_canarys_clients_is_sent_to_it_when_the_others_are_away()
    {
        await using var fresh = await NamedServer.StartAsync("fresh", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(
            Of(1, Instance(StableDiffusion, 0, fresh.Address, InstanceState.Unhealthy), Canary(StableDiffusion, fresh)), Token);
        await using var gateway = await StartAsync(orchestrator);
        using var client = gateway.Connect(gateway.StableDiffusion);

        using var refused = await client.GetAsync("x", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(("fresh", "canary", "2.0"), await AskAsync(gateway, StableDiffusion, "true"));
    }

    [Fact]
    public async Task The_switch_from_blue_to_green_moves_everybody_and_what_is_under_way_ends_on_blue()
    {
        using var begun = new SemaphoreSlim(0);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var blue = await NamedServer.StartHeldAsync("blue", begun, mayEnd.Task, Token);
        await using var green = await NamedServer.StartAsync("green", Token);
        Instance[] instances =
        [
            Instance(StableDiffusion, 0, blue.Address) with { Track = "blue" },
            Instance(StableDiffusion, 1, green.Address) with { Track = "green" },
        ];
        await using var orchestrator = await FakeOrchestrator.StartAsync(Active(1, "blue", instances), Token);
        await using var gateway = await StartAsync(orchestrator);
        using var client = gateway.Connect(gateway.StableDiffusion);
        for (var i = 0; i < 4; i++) Assert.Equal("blue", await client.GetStringAsync("ready", Token));

        var underWay = client.GetStringAsync("x", Token);
        await begun.WaitAsync(Token);
        orchestrator.Publish(Active(2, "green", instances));
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 2, Token);
        for (var i = 0; i < 4; i++) Assert.Equal("green", await client.GetStringAsync("ready", Token));
        mayEnd.SetResult();

        Assert.Equal("blue", await underWay);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_followed_is_reported_and_left_out()
    {
        await using var old = await NamedServer.StartAsync("old", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(Shared(1, 250, Stable(StableDiffusion, old)), Token);
        await using var gateway = await StartAsync(orchestrator);

        Assert.Contains(gateway.Log.Lines, line => line.Contains("CanaryPercent is 250; expected 0 to 100", StringComparison.Ordinal));
        Assert.Empty(gateway.Fleet.Current.Snapshot.Traffic);
    }

    [Fact]
    public async Task Without_an_orchestrator_configuration_says_which_track_serves()
    {
        await using var old = await NamedServer.StartAsync("old", Token);
        await using var fresh = await NamedServer.StartAsync("fresh", Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = old.Address.ToString(),
            ["GenAI:Models:stable-diffusion-35:Tracks:canary"] = fresh.Address.ToString(),
            ["GenAI:Models:stable-diffusion-35:Traffic:CanaryPercent"] = "100",
        });

        Assert.Equal("fresh", (await AskAsync(gateway, StableDiffusion)).Answer);
    }

    private static Instance Stable(string model, LocalServer server) => Instance(model, 0, server.Address) with { Version = "1.0" };

    private static Instance Canary(string model, LocalServer server) =>
        Instance(model, 1, server.Address) with { Track = ModelTraffic.Canary, Version = "2.0" };

    private static InstanceSnapshot Shared(long version, double percent, params Instance[] instances) =>
        Of(version, instances) with { Traffic = [new ModelTraffic { Model = StableDiffusion, CanaryPercent = percent }] };

    private static InstanceSnapshot Active(long version, string track, Instance[] instances) =>
        Of(version, instances) with { Traffic = [new ModelTraffic { Model = StableDiffusion, ActiveTrack = track }] };

    private static async Task<TestGateway> StartAsync(FakeOrchestrator orchestrator)
    {
        var gateway = TestGateway.Start(orchestrator.Address);
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version > 0, Token);
        return gateway;
    }

    private static async Task<(string Answer, string Track, string Version)> AskAsync(TestGateway gateway, string model, string? canary = null, string from = "127.0.0.1")
    {
        using var client = NamedServer.ClientFrom(from, model == Flux ? gateway.Flux : gateway.StableDiffusion);
        if (canary is not null) client.DefaultRequestHeaders.Add(TrackWish.Header, canary);
        using var response = await client.GetAsync("settings", Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadAsStringAsync(Token), Header(TrackMiddleware.TrackHeader), Header(TrackMiddleware.VersionHeader));

        string Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : "";
    }

    /// <summary>Which of forty addresses the canary serves.</summary>
    private static async Task<HashSet<string>> CanariesAsync(TestGateway gateway)
    {
        var canaries = new HashSet<string>(StringComparer.Ordinal);
        foreach (var address in Enumerable.Range(2, 40).Select(i => $"127.0.0.{i}"))
        {
            if ((await AskAsync(gateway, StableDiffusion, from: address)).Answer == "fresh") canaries.Add(address);
        }

        return canaries;
    }
}
