using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.Generation;

/// <summary>What happens between a request for images and the instances that make them.</summary>
public sealed class GenerationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_images_run_on_several_instances_at_once_and_are_answered_in_order()
    {
        await using var a = await FakeComfyUI.StartAsync(Token);
        await using var b = await FakeComfyUI.StartAsync(Token);
        a.Automatic = b.Automatic = false;
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = $"{a.Address},{b.Address}" });
        using var client = gateway.Connect();

        var request = AskAsync(client, new { prompt = "x", n = 4, seed = 100 });
        await Eventually.TrueAsync(() => a.Running.Count == 2 && b.Running.Count == 2, Token);
        foreach (var id in b.Running.Keys) await b.FinishAsync(id);
        foreach (var id in a.Running.Keys) await a.FinishAsync(id);

        using var response = await request;
        await AssertSeedsAsync(response, [100, 101, 102, 103]);
    }

    [Fact]
    public async Task A_client_that_leaves_takes_its_job_from_the_instance()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
        using var client = gateway.Connect();
        using var leave = new CancellationTokenSource();

        var request = client.PostAsJsonAsync("v1/images/generations", new { prompt = "x" }, leave.Token);
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        var id = comfy.Running.Keys.Single();
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await Eventually.TrueAsync(() => comfy.Interrupted.Contains(id), Token);
    }

    [Fact]
    public async Task A_job_whose_instance_dies_is_done_by_another()
    {
        var dying = await FakeComfyUI.StartAsync(Token);
        await using var other = await FakeComfyUI.StartAsync(Token);
        dying.Automatic = false;
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = $"{dying.Address},{other.Address}" });
        using var client = gateway.Connect();

        // Two images, so that whichever instance comes first, the dying one has a job.
        var request = AskAsync(client, new { prompt = "x", n = 2, seed = 7 });
        await Eventually.TrueAsync(() => dying.Running.Count == 1, Token);
        await dying.DisposeAsync();

        using var response = await request;
        await AssertSeedsAsync(response, [7, 8]);
        Assert.Equal(2, other.Prompts.Count);
    }

    [Fact]
    public async Task When_no_instance_is_left_the_answer_is_503_with_a_time_to_retry()
    {
        var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
        using var client = gateway.Connect();

        var request = AskAsync(client, new { prompt = "x" });
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        await comfy.DisposeAsync();

        using var response = await request;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("flux-1-dev-0", (await ErrorBody.OpenAIAsync(response, Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_a_restarted_instance_has_forgotten_is_not_waited_for()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        comfy.TakesSockets = false;
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
        using var client = gateway.Connect();

        var request = AskAsync(client, new { prompt = "x" });
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        comfy.Running.Clear();

        using var response = await request;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Without_a_socket_the_end_is_found_by_asking()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        comfy.TakesSockets = false;
        await using var gateway = TestGateway.Start(settings: new() { ["COMFYUI_URL"] = comfy.Address.ToString() });
        using var client = gateway.Connect();

        var request = AskAsync(client, new { model = Snapshots.Workflows, prompt = "x", seed = 3 });
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        await comfy.FinishAsync(comfy.Running.Keys.Single());

        using var response = await request;
        await AssertSeedsAsync(response, [3]);
    }

    [Fact]
    public async Task A_socket_that_says_nothing_does_not_hide_the_end()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.IsSilent = true;
        var clock = new ManualTimeProvider();
        await using var gateway = TestGateway.Start(
            settings: new() { ["FLUX_URL"] = comfy.Address.ToString(), ["GenAI:OpenAI:GenerationTimeout"] = "20.00:00:00" }, clock: clock);
        using var client = gateway.Connect();

        var request = AskAsync(client, new { prompt = "x", seed = 6 });
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return request.IsCompleted;
            },
            Token);

        using var response = await request;
        await AssertSeedsAsync(response, [6]);
    }

    [Fact]
    public async Task A_workflow_that_fails_is_502_with_the_reason_and_is_not_to_be_retried()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Failure = "out of memory";
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
        using var client = gateway.Connect();

        using var response = await AskAsync(client, new { prompt = "x" });

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
        Assert.Contains("out of memory", (await ErrorBody.OpenAIAsync(response, Token)).Message, StringComparison.Ordinal);
        Assert.Single(comfy.Prompts);
    }

    [Fact]
    public async Task A_workflow_that_is_refused_is_502_with_what_the_instance_said()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Refusal = (400, """{"error":{"type":"prompt_outputs_failed_validation"}}""");
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
        using var client = gateway.Connect();

        using var response = await AskAsync(client, new { prompt = "x", n = 3 });

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("prompt_outputs_failed_validation", (await ErrorBody.OpenAIAsync(response, Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_504_and_its_job_is_stopped()
    {
        var clock = new ManualTimeProvider();
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() }, clock: clock);
        using var client = gateway.Connect();

        var request = AskAsync(client, new { prompt = "x" });
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        clock.Advance(TimeSpan.FromMinutes(10));

        using var response = await request;
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("generation_timeout", (await ErrorBody.OpenAIAsync(response, Token)).Code);
        Assert.Single(comfy.Interrupted);
    }

    [Fact]
    public async Task Images_beyond_the_limit_of_those_under_way_are_429()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["FLUX_URL"] = comfy.Address.ToString(),
            ["GenAI:OpenAI:MaxConcurrentImages"] = "10",
        });
        using var client = gateway.Connect();

        var first = AskAsync(client, new { prompt = "x", n = 9 });
        await Eventually.TrueAsync(() => comfy.Running.Count == 9, Token);
        using var second = await AskAsync(client, new { prompt = "x", n = 2 });

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
        Assert.Equal("rate_limit_error", (await ErrorBody.OpenAIAsync(second, Token)).Type);
        foreach (var id in comfy.Running.Keys) await comfy.FinishAsync(id);
        using var response = await first;
        Assert.Equal(9, (await SeedsAsync(response)).Length);
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
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
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
    public async Task Stable_Diffusion_is_asked_for_the_image_itself_within_the_same_trace()
    {
        JsonElement body = default;
        string trace = "", accept = "";
        await using var server = await LocalServer.StartAsync(app => app.Run(async context =>
        {
            (trace, accept) = (context.Request.Headers.TraceParent.ToString(), context.Request.Headers.Accept.ToString());
            body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
            context.Response.ContentType = "image/png";
            await context.Response.Body.WriteAsync(TestPng.Of(body.GetProperty("seed").GetInt64()));
        }), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = server.Address.ToString() });
        using var client = gateway.Connect();
        client.DefaultRequestHeaders.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using var response = await AskAsync(client, new { model = Snapshots.StableDiffusion, prompt = "x", seed = 5, quality = "high" });

        await AssertSeedsAsync(response, [5]);
        Assert.Equal(("image/png", 28), (accept, body.GetProperty("num_inference_steps").GetInt32()));
        Assert.Equal((512, 512), (body.GetProperty("width").GetInt32(), body.GetProperty("height").GetInt32()));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_that_is_not_a_png_is_not_passed_off_as_one()
    {
        await using var server = await NamedServer.StartAsync("<html>", Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = server.Address.ToString() });
        using var client = gateway.Connect();

        using var response = await AskAsync(client, new { model = Snapshots.StableDiffusion, prompt = "x" });

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("not a PNG", (await ErrorBody.OpenAIAsync(response, Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_that_fail_in_jobs_are_ejected_as_those_that_fail_in_requests_are()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = $"{comfy.Address},{NamedServer.Nobody()}" });
        using var client = gateway.Connect();

        for (var i = 0; i < 12; i++)
        {
            using var response = await AskAsync(client, new { prompt = "x" });
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(5, gateway.Log.Lines.Count(line => line.Contains("flux-1-dev-1 failed in an image job", StringComparison.Ordinal)));
        Assert.Single(gateway.Log.Lines, line => line.Contains("Ejected instance flux-1-dev-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_that_is_given_up_because_its_instance_cannot_be_asked_is_taken_from_it()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        (comfy.Automatic, comfy.TakesSockets) = (false, false);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
        using var client = gateway.Connect();

        var request = AskAsync(client, new { prompt = "x" });
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        var id = comfy.Running.Keys.Single();
        comfy.IsOverloaded = true;

        using var response = await request;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal([id], comfy.Interrupted);
    }

    [Fact]
    public async Task A_job_that_an_instance_refuses_ends_its_errors_in_a_row()
    {
        var requests = 0;
        await using var failing = await LocalServer.StartAsync(app => app.Run(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref requests) % 5 == 0 ? 400 : 503;
            return Task.CompletedTask;
        }), Token);
        await using var good = await LocalServer.StartAsync(app => app.Run(context => context.Response.Body.WriteAsync(TestPng.Of(1)).AsTask()), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = $"{failing.Address},{good.Address}" });
        using var client = gateway.Connect();

        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await AskAsync(client, new { model = Snapshots.StableDiffusion, prompt = "x" });
                return requests >= 12;
            },
            Token);

        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("Ejected instance", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_instance_below_a_path_is_asked_there()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token, "/comfy");
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = new Uri(comfy.Address, "/comfy").ToString() });
        using var client = gateway.Connect();

        using var response = await AskAsync(client, new { prompt = "x", seed = 9 });

        await AssertSeedsAsync(response, [9]);
    }

    private static Task<HttpResponseMessage> AskAsync<T>(HttpClient client, T body) =>
        client.PostAsJsonAsync("v1/images/generations", body, Token);

    private static async Task AssertSeedsAsync(HttpResponseMessage response, long[] expected) =>
        Assert.Equal(expected, await SeedsAsync(response));

    /// <summary>The seeds that the images carry, checked against those that the answer names.</summary>
    private static async Task<long[]> SeedsAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        var data = answer.GetProperty("data").EnumerateArray().ToArray();
        var seeds = data.Select(image => image.GetProperty("seed").GetInt64()).ToArray();
        Assert.Equal(seeds.Select(TestPng.Of), data.Select(image => image.GetProperty("b64_json").GetBytesFromBase64()));
        return seeds;
    }
}
