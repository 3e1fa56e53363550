using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Dispatch;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GenAI.Gateway.Tests.OpenAI;

/// <summary>What happens between a request for images and its answer.</summary>
public sealed class GenerationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_images_run_on_several_instances_at_once_and_are_answered_in_order()
    {
        await using var a = await FakeComfyUI.StartAsync(Token);
        await using var b = await FakeComfyUI.StartAsync(Token);
        a.Automatic = b.Automatic = false;
        await using var gateway = Start(a, b);
        using var client = gateway.Connect();

        var request = AskAsync(client, new { prompt = "x", n = 4, seed = 100 });
        await Eventually.TrueAsync(() => a.Running.Count == 1 && b.Running.Count == 1, Token);
        a.Automatic = b.Automatic = true;
        await b.FinishAsync(b.Running.Keys.Single());
        await a.FinishAsync(a.Running.Keys.Single());

        using var response = await request;
        await AssertSeedsAsync(response, [100, 101, 102, 103]);
    }

    [Fact]
    public async Task A_client_that_leaves_takes_its_jobs_with_it()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = Start(comfy);
        using var client = gateway.Connect();
        using var leave = new CancellationTokenSource();

        var request = client.PostAsJsonAsync("v1/images/generations", new { prompt = "x", n = 2 }, leave.Token);
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        var id = comfy.Running.Keys.Single();
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await Eventually.TrueAsync(() => comfy.Interrupted.Contains(id) && gateway.Desk.CountOpen() == 0, Token);
        Assert.Single(comfy.Prompts);
    }

    [Fact]
    public async Task A_job_whose_instance_dies_is_done_by_another()
    {
        var dying = await FakeComfyUI.StartAsync(Token);
        await using var other = await FakeComfyUI.StartAsync(Token);
        dying.Automatic = false;
        await using var gateway = Start(dying, other);
        using var client = gateway.Connect();

        // Two images, so that whichever instance comes first, the dying one has a job.
        var request = AskAsync(client, new { prompt = "x", n = 2, seed = 7 });
        await Eventually.TrueAsync(() => dying.Running.Count == 1, Token);
        await dying.DisposeAsync();

        using var response = await request;
        await AssertSeedsAsync(response, [7, 8]);
        Assert.Equal(2, other.Prompts.Count);
    }

    [Theory]
    [InlineData(null, "out of memory")]
    [InlineData("""{"error":{"type":"prompt_outputs_failed_validation","message":"cannot"},"node_errors":{}}""", "cannot")]
    public async Task A_workflow_that_fails_is_502_with_the_reason_and_is_not_to_be_retried(string? refusal, string reason)
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        (comfy.Failure, comfy.Refusal) = ("out of memory", refusal is null ? null : (400, refusal));
        await using var gateway = Start(comfy);
        using var client = gateway.Connect();

        using var response = await AskAsync(client, new { prompt = "x", n = 3 });

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
        Assert.Contains(reason, (await ErrorBody.OpenAIAsync(response, Token)).Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => gateway.Desk.CountOpen() == 0, Token);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_504_and_its_job_is_stopped()
    {
        var clock = new ManualTimeProvider();
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = TestGateway.Start(
            settings: new() { ["FLUX_URL"] = comfy.Address.ToString(), ["GenAI:Images:Timeout"] = "00:00:20" }, clock: clock);
        using var client = gateway.Connect();

        var request = AskAsync(client, new { prompt = "x" });
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        var id = comfy.Running.Keys.Single();
        clock.Advance(TimeSpan.FromSeconds(20));

        using var response = await request;
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("generation_timeout", (await ErrorBody.OpenAIAsync(response, Token)).Code);
        Assert.Equal([id], comfy.Interrupted);
    }

    [Fact]
    public async Task Images_that_the_queue_has_no_room_for_are_429_in_OpenAIs_shape_with_a_time_to_retry()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString(), ["GenAI:Gateway:Jobs:QueueLength"] = "2" });
        using var client = gateway.Connect();
        comfy.Automatic = false;
        var (running, _) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI(), Token);
        await Eventually.TrueAsync(() => comfy.Running.ContainsKey(running!.Id), Token);
        await gateway.Desk.SubmitAsync([Submissions.ComfyUI(1), Submissions.ComfyUI(2)], Token);

        using var response = await AskAsync(client, new { prompt = "x", n = 2 });

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.NotEmpty(response.Headers.GetValues("retry-after-ms"));
        Assert.Equal("rate_limit_error", (await ErrorBody.OpenAIAsync(response, Token)).Type);
        Assert.Equal(3, gateway.Desk.CountOpen());
    }

    [Fact]
    public async Task A_model_that_loses_its_last_instance_is_503_and_so_is_one_without_any()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        var flux = Snapshots.Instance(Snapshots.Flux, 0, comfy.Address);
        await using var orchestrator = await FakeOrchestrator.StartAsync(Snapshots.Of(1, flux), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address, settings: new() { ["GenAI:Images:NoInstanceLimit"] = "00:00:00.5" });
        using var client = gateway.Connect();
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 1, Token);

        var running = AskAsync(client, new { prompt = "x", seed = 1 });
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        var waiting = AskAsync(client, new { prompt = "y" });
        await Eventually.TrueAsync(() => gateway.Desk.CountOpen() == 2, Token);
        orchestrator.Publish(Snapshots.Of(2, flux with { State = InstanceState.Unhealthy }));

        using var lost = await waiting;
        using var refused = await AskAsync(client, new { prompt = "z" });
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (lost.StatusCode, refused.StatusCode));
        Assert.Equal("model_unavailable", (await ErrorBody.OpenAIAsync(lost, Token)).Code);
        // What runs there is left to come to its end.
        await comfy.FinishAsync(comfy.Running.Keys.Single());
        using var done = await running;
        await AssertSeedsAsync(done, [1]);
    }

    [Fact]
    public async Task When_the_gateway_stops_a_request_whose_images_still_wait_is_503()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = Start(comfy);
        using var client = gateway.Connect();

        var request = AskAsync(client, new { prompt = "x", n = 2 });
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        gateway.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using var response = await request;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("stopping", (await ErrorBody.OpenAIAsync(response, Token)).Code);
    }

    [Theory]
    [InlineData("low", 8)]
    [InlineData("medium", 20)]
    [InlineData("standard", 20)]
    [InlineData("auto", 20)]
    [InlineData("hd", 28)]
    public async Task The_workflow_has_what_the_request_asks_for(string quality, int steps)
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        await using var gateway = Start(comfy);
        using var client = gateway.Connect();

        using var response = await AskAsync(client, new { prompt = "$seed \"quoted\"", size = "640x384", seed = 11, quality });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var graph = comfy.Prompts.Single()["prompt"]!;
        Assert.Equal("$seed \"quoted\"", graph["text"]!["inputs"]!["text"]!.GetValue<string>());
        Assert.Equal(640, graph["latent"]!["inputs"]!["width"]!.GetValue<int>());
        Assert.Equal(384, graph["latent"]!["inputs"]!["height"]!.GetValue<int>());
        Assert.Equal(11, graph["noise"]!["inputs"]!["noise_seed"]!.GetValue<long>());
        Assert.Equal(steps, graph["sigmas"]!["inputs"]!["steps"]!.GetValue<int>());
        Assert.Equal("flux1-dev.safetensors", graph["unet"]!["inputs"]!["unet_name"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_job_carries_its_demand_its_owner_and_its_api()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        await using var gateway = Start(comfy);
        using var client = gateway.Connect();

        using var response = await AskAsync(client, new { prompt = "x", size = "640x384", quality = "low" });

        var job = await gateway.Desk.FindAsync(response.Headers.GetValues("X-GenAI-Job").Single(), Token);
        Assert.Equal((JobSource.OpenAI, "anonymous", Snapshots.Flux), (job!.Source, job.Owner, job.Model));
        Assert.Equal((8, 640L * 384, 1, "flux1-dev.safetensors"), (job.Demand.Steps, job.Demand.Pixels, job.Demand.Images, job.Demand.Checkpoint));
    }

    [Fact]
    public async Task Stable_Diffusion_is_asked_once_for_each_image()
    {
        await using var server = await StableDiffusionAsync();
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = server.Address.ToString() });
        using var client = gateway.Connect();

        using var response = await AskAsync(client, new { model = Snapshots.StableDiffusion, prompt = "x", seed = 5, quality = "high", n = 2 });

        await AssertSeedsAsync(response, [5, 6]);
    }

    [Fact]
    public async Task A_format_that_the_model_does_not_make_is_refused_with_those_that_it_makes()
    {
        await using var server = await StableDiffusionAsync();
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = server.Address.ToString(),
            ["GenAI:Images:Models:stable-diffusion-35:Formats:1"] = "jpeg",
        });
        using var client = gateway.Connect();

        using var refused = await AskAsync(client, new { model = Snapshots.StableDiffusion, prompt = "x", output_format = "webp" });
        using var taken = await AskAsync(client, new { model = Snapshots.StableDiffusion, prompt = "x", output_format = "jpeg" });

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("it makes png, jpeg", (await ErrorBody.OpenAIAsync(refused, Token)).Message, StringComparison.Ordinal);
        // The server here makes PNG whatever it is asked for, and the answer says what it is.
        Assert.Equal("png", (await taken.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("output_format").GetString());
    }

    [Fact]
    public async Task An_address_that_was_signed_gives_the_image_and_another_does_not()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        var clock = new ManualTimeProvider();
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() }, clock: clock);
        using var client = gateway.Connect();

        using var response = await AskAsync(client, new { prompt = "x", seed = 3, response_format = "url" });
        var url = (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("data")[0].GetProperty("url").GetString()!;

        Assert.Equal(TestPng.Of(3), await client.GetByteArrayAsync(url, Token));
        using var forged = await client.GetAsync(url[..^3] + "AAA", Token);
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        clock.Advance(TimeSpan.FromHours(1));
        using var late = await client.GetAsync(url, Token);
        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
    }

    private static TestGateway Start(params FakeComfyUI[] instances) => TestGateway.Start(settings: new()
    {
        ["FLUX_URL"] = string.Join(',', instances.Select(instance => instance.Address.ToString().TrimEnd('/'))),
        ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.5",
    });

    private static Task<LocalServer> StableDiffusionAsync() => LocalServer.StartAsync(app => app.Run(async context =>
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var (seed, images) = (body.GetProperty("seed").GetInt64(), body.GetProperty("num_images_per_prompt").GetInt32());
        await context.Response.WriteAsJsonAsync(new { images = Enumerable.Repeat(TestPng.Of(seed), images), seed, timings = new { queue_ms = 1, load_ms = 2, infer_ms = 3 } });
    }), Token);

    private static Task<HttpResponseMessage> AskAsync<T>(HttpClient client, T body) =>
        client.PostAsJsonAsync("v1/images/generations", body, Token);

    private static async Task AssertSeedsAsync(HttpResponseMessage response, long[] expected)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var data = (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(expected, data.Select(image => image.GetProperty("seed").GetInt64()));
        Assert.Equal(expected.Select(TestPng.Of), data.Select(image => image.GetProperty("b64_json").GetBytesFromBase64()));
    }
}
