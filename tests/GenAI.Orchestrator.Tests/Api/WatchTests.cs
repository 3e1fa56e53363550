using System.Net;
using System.Net.Http.Json;
using GenAI.Contracts.Instances;
using Microsoft.AspNetCore.Mvc;

namespace GenAI.Orchestrator.Tests.Api;

public sealed class WatchTests : IAsyncLifetime
{
    private const string Stopped = "stable-diffusion-35-0";

    private FakeModelServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeModelServer.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_watcher_gets_the_current_snapshot_and_then_each_change()
    {
        await using var factory = Factory();
        await factory.WaitForAsync(Stopped, InstanceState.Healthy);
        await using var watch = factory.Orchestrator.WatchInstancesAsync(null, Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(InstanceState.Healthy, Assert.Single(watch.Current.Instances).State);
        var first = watch.Current.Version;

        _server.Answer = FakeModelServer.Json("{}", 500);

        Assert.True(await watch.MoveNextAsync());
        Assert.True(watch.Current.Version > first);
        Assert.Equal(InstanceState.Unhealthy, Assert.Single(watch.Current.Instances).State);
    }

    [Fact]
    public async Task Who_has_the_current_version_gets_nothing_until_the_next()
    {
        await using var factory = Factory();
        await factory.WaitForAsync(Stopped, InstanceState.Healthy);
        var current = (await factory.Orchestrator.GetInstancesAsync(Token)).Version;
        await using var watch = factory.Orchestrator.WatchInstancesAsync(current, Token).GetAsyncEnumerator(Token);
        var next = watch.MoveNextAsync().AsTask();

        // A heartbeat and a few probes later nothing has come, since nothing has changed.
        var probes = _server.Paths.Count;
        await Eventually.TrueAsync(() => _server.Paths.Count > probes + 2, Token);
        Assert.False(next.IsCompleted);

        _server.Answer = FakeModelServer.Json("""{"status":"ok","load_score":0,"queue_length":0,"loaded":["other.safetensors"]}""");
        Assert.True(await next);
        Assert.True(watch.Current.Version > current);
        Assert.Equal(["other.safetensors"], Assert.Single(watch.Current.Instances).Loaded);
    }

    [Fact]
    public async Task Who_has_a_version_of_another_process_gets_the_current_one()
    {
        await using var factory = Factory();
        await factory.WaitForAsync(Stopped, InstanceState.Healthy);
        var current = (await factory.Orchestrator.GetInstancesAsync(Token)).Version;

        foreach (var other in new[] { 0, current - 1, current + 1000, long.MaxValue })
        {
            await using var watch = factory.Orchestrator.WatchInstancesAsync(other, Token).GetAsyncEnumerator(Token);
            Assert.True(await watch.MoveNextAsync());
            Assert.Equal(current, watch.Current.Version);
        }
    }

    [Fact]
    public async Task The_stream_is_server_sent_events_with_heartbeats()
    {
        await using var factory = Factory();
        await factory.WaitForAsync(Stopped, InstanceState.Healthy);
        var version = (await factory.Orchestrator.GetInstancesAsync(Token)).Version;

        using var response = await WatchAsync(factory, null);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal(": watching", await reader.ReadLineAsync(Token));
        Assert.Equal("", await reader.ReadLineAsync(Token));
        Assert.Equal("event: snapshot", await reader.ReadLineAsync(Token));
        Assert.Equal($"id: {version}", await reader.ReadLineAsync(Token));
        Assert.StartsWith($$"""data: {"version":{{version}},"instances":[{"id":"stable-diffusion-35-0",""", await reader.ReadLineAsync(Token));
        Assert.Equal("", await reader.ReadLineAsync(Token));
        Assert.Equal(": heartbeat", await reader.ReadLineAsync(Token));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    public async Task A_bad_Last_Event_ID_is_refused_with_what_was_expected(string id)
    {
        await using var factory = Factory();

        using var response = await WatchAsync(factory, id);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<ProblemDetails>(Token);
        Assert.Equal($"Last-Event-ID is '{id}'; expected the version of a snapshot, a whole number from 0.", problem!.Detail);
    }

    [Fact]
    public async Task Beyond_the_limit_a_watcher_is_refused_until_another_leaves()
    {
        await using var factory = Factory(("GenAI:Instances:MaxWatchers", "2"));
        using var first = await WatchAsync(factory, null);
        using (await WatchAsync(factory, null))
        {
            using var refused = await WatchAsync(factory, null);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await WatchAsync(factory, null);
                return response.StatusCode == HttpStatusCode.OK;
            },
            Token);
    }

    [Fact]
    public async Task A_stopping_service_ends_its_watches()
    {
        var factory = Factory();
        using var response = await WatchAsync(factory, null);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));

        var toTheEnd = reader.ReadToEndAsync(Token);
        await factory.DisposeAsync();

        Assert.StartsWith(": watching", await toTheEnd);
    }

    private static async Task<HttpResponseMessage> WatchAsync(OrchestratorFactory factory, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/instances/watch");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        return await factory.CreateClient().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private OrchestratorFactory Factory(params (string Name, string Value)[] settings) => new(
    [
        ("SD35_URL", _server.Endpoint.ToString()),
        .. OrchestratorFactory.Brisk,
        ("GenAI:Instances:HeartbeatInterval", "00:00:00.050"),
        .. settings,
    ]);
}
