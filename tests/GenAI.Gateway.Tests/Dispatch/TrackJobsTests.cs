using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing.Tracks;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Dispatch;

/// <summary>Which release track a job runs on: chosen once, when it is accepted.</summary>
public sealed class TrackJobsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private FakeComfyUI _stable = null!;
    private FakeComfyUI _canary = null!;
    private FakeOrchestrator _orchestrator = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_stable, _canary) = (await FakeComfyUI.StartAsync(Cancelled), await FakeComfyUI.StartAsync(Cancelled));
        _orchestrator = await FakeOrchestrator.StartAsync(Snapshot(1, percent: 0), Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _orchestrator.DisposeAsync();
        await _stable.DisposeAsync();
        await _canary.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Jobs_go_where_their_client_is_meant_to_and_the_answer_says_so()
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Connect(gateway.Flux);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("stable", await SubmitAsync(http));
            Assert.Equal("canary", await SubmitAsync(http, "true"));
        }

        await Eventually.TrueAsync(() => (_stable.Completed.Count, _canary.Completed.Count) == (3, 3), Cancelled);
    }

    [Fact]
    public async Task A_job_keeps_its_track_over_a_restart_though_the_share_has_changed_meanwhile()
    {
        _canary.Automatic = false;
        Job running, waiting;
        await using (var gateway = await StartAsync())
        {
            (running, waiting) = (await SubmitAsync(gateway, CanaryWish.Wanted), await SubmitAsync(gateway, CanaryWish.Wanted));
            await Eventually.TrueAsync(() => _canary.Running.Count == 1, Cancelled);
        }

        _orchestrator.Publish(Snapshot(2, percent: 0));
        await using var next = await StartAsync();
        for (var i = 0; i < 2; i++)
        {
            await Eventually.TrueAsync(() => _canary.Running.Count == 1, Cancelled);
            await _canary.FinishAsync(_canary.Running.Keys.Single());
        }

        foreach (var job in (Job[])[running, waiting])
            Assert.Equal((JobState.Completed, "canary"), (await next.Desk.WaitForEndAsync(job.Id, Cancelled)) is var ended ? (ended.State, ended.Track) : default);
        Assert.Empty(_stable.Prompts);
    }

    [Fact]
    public async Task Jobs_of_a_canary_that_is_taken_out_run_on_the_active_track()
    {
        _canary.Automatic = false;
        await using var gateway = await StartAsync();
        var running = await SubmitAsync(gateway, CanaryWish.Wanted);
        await Eventually.TrueAsync(() => _canary.Running.Count == 1, Cancelled);
        var waiting = await SubmitAsync(gateway, CanaryWish.Wanted);

        _orchestrator.Publish(Snapshot(2, percent: 0, canary: InstanceState.Draining));

        var ended = await gateway.Desk.WaitForEndAsync(waiting.Id, Cancelled);
        Assert.Equal((JobState.Completed, "flux-1-dev-0"), (ended.State, ended.Instance));
        await _canary.FinishAsync(running.Id);
        Assert.Equal("flux-1-dev-1", (await gateway.Desk.WaitForEndAsync(running.Id, Cancelled)).Instance);
    }

    [Fact]
    public async Task Jobs_of_everybody_else_wait_for_the_active_track()
    {
        await using var gateway = await StartAsync();
        _orchestrator.Publish(Snapshot(2, percent: 0, stable: InstanceState.Unhealthy));
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 2, Cancelled);
        var waiting = await SubmitAsync(gateway, CanaryWish.None);
        // One that comes later and may run shows that the first one was left.
        var canary = await SubmitAsync(gateway, CanaryWish.Wanted);
        await gateway.Desk.WaitForEndAsync(canary.Id, Cancelled);

        Assert.Equal(JobState.Queued, (await gateway.Desk.FindAsync(waiting.Id, Cancelled))!.State);
        _orchestrator.Publish(Snapshot(3, percent: 0));
        Assert.Equal("flux-1-dev-0", (await gateway.Desk.WaitForEndAsync(waiting.Id, Cancelled)).Instance);
    }

    private InstanceSnapshot Snapshot(
        long version, double percent, InstanceState stable = InstanceState.Healthy, InstanceState canary = InstanceState.Healthy) => Snapshots.Of(
        version,
        Snapshots.Instance(Snapshots.Flux, 0, _stable.Address, stable),
        Snapshots.Instance(Snapshots.Flux, 1, _canary.Address, canary) with { Track = ModelTraffic.Canary }) with
    {
        Traffic = [new ModelTraffic { Model = Snapshots.Flux, CanaryPercent = percent }],
    };

    private async Task<TestGateway> StartAsync()
    {
        var gateway = TestGateway.Start(_orchestrator.Address, new()
        {
            ["GenAI:Gateway:Jobs:Folder"] = _folder.Path,
            ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.3",
            ["GenAI:Gateway:Dispatch:ReviewInterval"] = "00:00:00.2",
        });
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == _orchestrator.Current.Version, Cancelled);
        return gateway;
    }

    private static async Task<Job> SubmitAsync(TestGateway gateway, CanaryWish wish)
    {
        var (job, error) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI() with { Wish = new TrackWish(wish, 7) }, Cancelled);
        Assert.Null(error);
        return job!;
    }

    private static async Task<string> SubmitAsync(HttpClient http, string? canary = null)
    {
        var prompt = JsonNode.Parse(Submissions.ComfyUI().Payload.Span)!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "prompt") { Content = JsonContent.Create(prompt) };
        if (canary is not null) request.Headers.Add(TrackWish.Header, canary);
        using var response = await http.SendAsync(request, Cancelled);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancelled));
        return response.Headers.GetValues(TrackMiddleware.TrackHeader).Single();
    }
}
