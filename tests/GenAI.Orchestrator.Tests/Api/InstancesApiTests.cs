using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using Microsoft.AspNetCore.Mvc;

namespace GenAI.Orchestrator.Tests.Api;

public sealed class InstancesApiTests : IAsyncLifetime
{
    private FakeModelServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeModelServer.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_three_models_are_listed_with_what_their_servers_say()
    {
        await using var factory = Factory();
        await factory.WaitForAsync("flux-1-dev-0", InstanceState.Healthy);
        await factory.WaitForAsync("comfyui-workflows-0", InstanceState.Healthy);
        var stableDiffusion = await factory.WaitForAsync("stable-diffusion-35-0", InstanceState.Healthy);

        var snapshot = await factory.Orchestrator.GetInstancesAsync(Token);

        Assert.Equal(["comfyui-workflows-0", "flux-1-dev-0", "stable-diffusion-35-0"], snapshot.Instances.Select(instance => instance.Id));
        Assert.Equal(ModelDialect.StableDiffusion, stableDiffusion.Dialect);
        Assert.Equal(_server.Endpoint, stableDiffusion.Endpoint);
        Assert.Equal(0.25, stableDiffusion.LoadScore);
        Assert.Equal(1, stableDiffusion.QueueLength);
        Assert.Equal(["sd3.5_large.safetensors"], stableDiffusion.Loaded);
        Assert.Equal("0.1.0", stableDiffusion.Version);
        Assert.Equal("stable", stableDiffusion.Track);
    }

    [Fact]
    public async Task The_wire_has_the_documented_names()
    {
        await using var factory = Factory();
        await factory.WaitForAsync("flux-1-dev-0", InstanceState.Healthy);

        using var json = await factory.CreateClient().GetFromJsonAsync<JsonDocument>("/instances", Token);

        Assert.True(json!.RootElement.GetProperty("version").GetInt64() > 0);
        var flux = json.RootElement.GetProperty("instances")[1];
        Assert.Equal("flux-1-dev-0", flux.GetProperty("id").GetString());
        Assert.Equal("flux-1-dev", flux.GetProperty("model").GetString());
        Assert.Equal("healthy", flux.GetProperty("state").GetString());
        Assert.Equal("comfyui", flux.GetProperty("dialect").GetString());
        Assert.Equal(0.5, flux.GetProperty("loadScore").GetDouble());
        Assert.Equal("flux1-dev.safetensors", flux.GetProperty("loaded")[0].GetString());
        Assert.Equal("stable", flux.GetProperty("track").GetString());
    }

    [Fact]
    public async Task The_canarys_share_and_the_active_track_follow_configuration_without_a_restart()
    {
        await using var factory = Factory();
        factory.Reloadable.Change(
            ("GenAI:Models:flux-1-dev:Tracks:canary", $"{_server.Endpoint}"), ("GenAI:Models:flux-1-dev:Traffic:CanaryPercent", "10"));
        await Eventually.TrueAsync(async () => (await factory.Orchestrator.GetInstancesAsync(Token)).Traffic.Length == 1, Token);

        var snapshot = await factory.Orchestrator.GetInstancesAsync(Token);
        Assert.Equal(new ModelTraffic { Model = "flux-1-dev", CanaryPercent = 10 }, snapshot.Traffic.Single());
        Assert.Equal("canary", (await factory.Orchestrator.GetInstanceAsync("flux-1-dev-0", Token))?.Track);
        factory.Reloadable.Change(("GenAI:Models:flux-1-dev:Traffic:CanaryPercent", "0"), ("GenAI:Models:flux-1-dev:Traffic:ActiveTrack", "canary"));
        await Eventually.TrueAsync(async () => (await factory.Orchestrator.GetInstancesAsync(Token)).Traffic.Single().ActiveTrack == "canary", Token);
        factory.Reloadable.Change(("GenAI:Models:flux-1-dev:Traffic:CanaryPercent", "1000"));
        factory.Reloadable.Change(("GenAI:Models:flux-1-dev:Traffic:CanaryPercent", null), ("GenAI:Models:flux-1-dev:Traffic:ActiveTrack", "stable"));
        await Eventually.TrueAsync(async () => (await factory.Orchestrator.GetInstancesAsync(Token)).Traffic.Single().ActiveTrack == "stable", Token);
    }

    [Fact]
    public async Task One_instance_is_found_by_its_id()
    {
        await using var factory = Factory();

        Assert.Equal("flux-1-dev", (await factory.Orchestrator.GetInstanceAsync("flux-1-dev-0", Token))!.Model);
        Assert.Null(await factory.Orchestrator.GetInstanceAsync("flux-1-dev-7", Token));
    }

    [Theory]
    [InlineData("nope", "There is no instance 'nope'; known are comfyui-workflows-0, flux-1-dev-0, stable-diffusion-35-0.")]
    [InlineData("FLUX-1-DEV-0", "There is no instance 'FLUX-1-DEV-0'; known are")]
    [InlineData("..%2F..%2Fetc%2Fpasswd", "There is no instance")]
    public async Task An_unknown_id_is_named_beside_the_known_ones(string id, string detail)
    {
        await using var factory = Factory();

        var problem = await ProblemAsync(factory, HttpMethod.Get, $"/instances/{id}", HttpStatusCode.NotFound);

        Assert.StartsWith(detail, problem.Detail);
    }

    [Fact]
    public async Task An_endless_id_is_quoted_shortened()
    {
        await using var factory = Factory();

        var problem = await ProblemAsync(factory, HttpMethod.Get, $"/instances/{new string('x', 4000)}", HttpStatusCode.NotFound);

        Assert.True(problem.Detail!.Length < 300);
    }

    [Theory]
    [InlineData("GET", "/nothing/here", HttpStatusCode.NotFound)]
    [InlineData("POST", "/instances", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/instances/flux-1-dev-0", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/instances/watch", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/resources", HttpStatusCode.MethodNotAllowed)]
    public async Task What_there_is_not_is_answered_with_problem_details(string method, string path, HttpStatusCode status)
    {
        await using var factory = Factory();

        await ProblemAsync(factory, new HttpMethod(method), path, status);
    }

    [Fact]
    public async Task A_killed_server_is_noticed_the_others_go_on_and_it_comes_back()
    {
        await using var other = await FakeModelServer.StartAsync();
        await using var factory = Factory([("FLUX_URL", other.Endpoint.ToString()), .. OrchestratorFactory.Brisk]);
        await factory.WaitForAsync("flux-1-dev-0", InstanceState.Healthy);
        await factory.WaitForAsync("stable-diffusion-35-0", InstanceState.Healthy);

        await other.KillAsync();

        var dead = await factory.WaitForAsync("flux-1-dev-0", InstanceState.Unhealthy);
        Assert.Contains("connection refused", dead.Reason);
        var alive = await factory.Orchestrator.GetInstanceAsync("stable-diffusion-35-0", Token);
        Assert.Equal(InstanceState.Healthy, alive!.State);

        await using var again = await FakeModelServer.StartAsync(other.Endpoint.Port);
        await factory.WaitForAsync("flux-1-dev-0", InstanceState.Healthy);
    }

    [Fact]
    public async Task A_server_that_hangs_holds_up_no_other()
    {
        await using var hanging = await FakeModelServer.StartAsync();
        hanging.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        await using var factory = Factory(("FLUX_URL", hanging.Endpoint.ToString()), ("GenAI:Health:Timeout", "00:00:09"));

        await factory.WaitForAsync("stable-diffusion-35-0", InstanceState.Healthy);
        await factory.WaitForAsync("comfyui-workflows-0", InstanceState.Healthy);
        Assert.Equal(InstanceState.Starting, (await factory.Orchestrator.GetInstanceAsync("flux-1-dev-0", Token))!.State);
    }

    [Fact]
    public async Task A_reloaded_configuration_is_followed_and_an_unusable_one_refused()
    {
        await using var factory = Factory();
        await factory.WaitForAsync("flux-1-dev-0", InstanceState.Healthy);

        factory.Reloadable.Change(("FLUX_URL", $"{_server.Endpoint},http://localhost:{_server.Endpoint.Port}"));
        await factory.WaitForAsync("flux-1-dev-1", InstanceState.Healthy);

        factory.Reloadable.Change(("FLUX_URL", "not an address"));
        factory.Reloadable.Change(("FLUX_URL", $"{_server.Endpoint}"), ("COMFYUI_URL", ""));
        await Eventually.TrueAsync(
            async () => (await factory.Orchestrator.GetInstancesAsync(Token)).Instances.Select(instance => instance.Id)
                .SequenceEqual(["flux-1-dev-0", "stable-diffusion-35-0"]),
            Token);
    }

    private static async Task<ProblemDetails> ProblemAsync(OrchestratorFactory factory, HttpMethod method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await factory.CreateClient().SendAsync(request, Token);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (await response.Content.ReadFromJsonAsync<ProblemDetails>(Token))!;
    }

    private OrchestratorFactory Factory(params (string Name, string Value)[] settings) => new(
    [
        ("services:flux-1-dev:http:0", _server.Endpoint.ToString()),
        ("SD35_URL", _server.Endpoint.ToString()),
        ("COMFYUI_URL", _server.Endpoint.ToString()),
        .. settings,
    ]);
}
