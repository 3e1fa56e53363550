using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;
using GenAI.Testing;

namespace GenAI.ModelServer.Tests.StableDiffusion;

public sealed class GenerateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prompt_becomes_a_picture_with_seed_and_timings()
    {
        await using var server = await RunningServer.StableDiffusionAsync();

        var answer = await GenerateAsync(server, Request("a green square on a yellow background", 128, 10));

        var picture = Decode(answer["images"]!.AsArray().Single()!);
        var (middle, corner) = (picture.At(0.5, 0.5), picture.At(0.05, 0.05));
        Assert.True(middle.G > middle.R + 30, $"the middle should be green, is {middle}");
        Assert.True(corner.R > 150 && corner.B < 130, $"the corner should be yellow, is {corner}");
        Assert.InRange(answer["seed"]!.GetValue<long>(), 0, 1L << 53);
        Assert.True(answer["timings"]!["load_ms"]!.GetValue<double>() > 0);
        Assert.True(answer["timings"]!["infer_ms"]!.GetValue<double>() > 0);
        Assert.True(answer["timings"]!["queue_ms"]!.GetValue<double>() >= 0);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_picture_and_no_seed_another()
    {
        await using var server = await RunningServer.StableDiffusionAsync();
        var random = await GenerateAsync(server, Request("a castle"));

        var again = await GenerateAsync(server, Request("a castle", seed: random["seed"]!.GetValue<ulong>()));
        var other = await GenerateAsync(server, Request("a castle"));

        Assert.Equal(random["images"]![0]!.GetValue<string>(), again["images"]![0]!.GetValue<string>());
        Assert.NotEqual(random["images"]![0]!.GetValue<string>(), other["images"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task Image_i_of_several_is_that_of_seed_plus_i()
    {
        await using var server = await RunningServer.StableDiffusionAsync();
        var several = Request("a castle", seed: 7);
        several["num_images_per_prompt"] = 2;

        var both = await GenerateAsync(server, several);
        var second = await GenerateAsync(server, Request("a castle", seed: 8));

        Assert.Equal(2, both["images"]!.AsArray().Count);
        Assert.Equal(Decode(second["images"]![0]!).Rgb, Decode(both["images"]![1]!).Rgb);
    }

    [Fact]
    public async Task Accepting_png_gives_the_image_itself()
    {
        await using var server = await RunningServer.StableDiffusionAsync();
        using var request = Post(Request("a cat", seed: 5), "image/png");

        using var response = await server.Http.SendAsync(request, Cancel);

        Assert.Equal("image/png", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("5", response.Headers.GetValues("X-GenAI-Seed").Single());
        Assert.Equal(64, PngReader.Read(await response.Content.ReadAsByteArrayAsync(Cancel), PictureLimits.Default).Picture.Width);
    }

    [Fact]
    public async Task Several_images_do_not_fit_one_png()
    {
        await using var server = await RunningServer.StableDiffusionAsync();
        var body = Request("a cat");
        body["num_images_per_prompt"] = 2;
        using var request = Post(body, "image/png");

        using var response = await server.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Contains("num_images_per_prompt is 2", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepting_events_gives_progress_and_then_the_result()
    {
        await using var server = await RunningServer.StableDiffusionAsync();
        using var request = Post(Request("a cat", steps: 5), "text/event-stream");

        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Cancel)).EnumerateAsync(Cancel)) events.Add(item);
        Assert.Equal(["progress", "progress", "progress", "progress", "progress", "result"], events.Select(item => item.EventType));
        Assert.Equal([1, 2, 3, 4, 5], events.SkipLast(1).Select(item => JsonNode.Parse(item.Data)!["step"]!.GetValue<int>()));
        Assert.All(events.SkipLast(1), item => Assert.Equal(5, JsonNode.Parse(item.Data)!["total_steps"]!.GetValue<int>()));
        Assert.Equal(64, Decode(JsonNode.Parse(events[^1].Data)!["images"]![0]!).Width);
    }

    [Fact]
    public async Task An_event_stream_ends_with_the_error_of_a_job_that_failed()
    {
        await using var server = await RunningServer.StableDiffusionAsync([.. RunningServer.EndlessLoading, "--ModelServer:Jobs:TimeLimit", "00:00:00.050"]);
        using var request = Post(Request("a cat"), "text/event-stream");

        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Cancel)).EnumerateAsync(Cancel)) events.Add(item);
        var error = Assert.Single(events);
        Assert.Equal("error", error.EventType);
        Assert.Equal(504, JsonNode.Parse(error.Data)!["status"]!.GetValue<int>());
    }

    /// <summary>The body, the member that is wrong, and what the message must name.</summary>
    public static TheoryData<string, string, string> BadMembers => new()
    {
        { "{}", "prompt", "required" },
        { """{"prompt": 5}""", "prompt", "got 5" },
        { """{"prompt": null}""", "prompt", "required" },
        { """{"prompt": "x", "negative_prompt": []}""", "negative_prompt", "got []" },
        { """{"prompt": "x", "width": 65}""", "width", "multiple of 16, got 65" },
        { """{"prompt": "x", "width": 4096}""", "width", "16 to 2048, got 4096" },
        { """{"prompt": "x", "height": 0}""", "height", "got 0" },
        { """{"prompt": "x", "height": "big"}""", "height", "got \"big\"" },
        { """{"prompt": "x", "height": 64.5}""", "height", "got 64.5" },
        { """{"prompt": "x", "num_inference_steps": 151}""", "num_inference_steps", "1 to 150, got 151" },
        { """{"prompt": "x", "guidance_scale": -1}""", "guidance_scale", "got -1" },
        { """{"prompt": "x", "guidance_scale": 1e999}""", "guidance_scale", "got 1e999" },
        { """{"prompt": "x", "seed": -1}""", "seed", "got -1" },
        { """{"prompt": "x", "seed": 18446744073709551616}""", "seed", "18446744073709551616" },
        { """{"prompt": "x", "num_images_per_prompt": 17}""", "num_images_per_prompt", "1 to 16, got 17" },
        { """{"prompt": "x", "output_format": "webp"}""", "output_format", "must be png, got \"webp\"" },
        { """{"prompt": "x", "step": 3}""", "step", "not known" },
        { """{"prompt": "x", "width": 2048, "height": 2048, "num_images_per_prompt": 16}""", "num_images_per_prompt", "67108864 pixels" },
        { """{"prompt": "x", "width": 2048, "height": 2048, "num_images_per_prompt": 4, "num_inference_steps": 150}""", "num_inference_steps", "2516582400" },
    };

    [Theory]
    [MemberData(nameof(BadMembers))]
    public async Task A_bad_member_is_refused_with_its_value_and_what_was_expected(string body, string member, string message)
    {
        await using var server = await RunningServer.StableDiffusionAsync();

        var (status, problem) = await PostAsync(server, body);

        Assert.Equal(400, status);
        Assert.Contains(message, Assert.Single(problem["errors"]![member]!.AsArray())!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("""{"prompt": "\ud800"}""", "not valid Unicode")]
    [InlineData("""{"\ud800": 1, "prompt": "a"}""", "not valid Unicode")]
    [InlineData("""{"prompt": "a", "prompt": "b"}""", "not valid JSON")]
    public async Task A_body_that_is_no_object_is_refused(string body, string message)
    {
        await using var server = await RunningServer.StableDiffusionAsync();

        var (status, problem) = await PostAsync(server, body);

        Assert.Equal(400, status);
        Assert.Contains(message, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_very_many_unknown_members_the_first_are_reported()
    {
        await using var server = await RunningServer.StableDiffusionAsync();
        var body = new JsonObject(Enumerable.Range(0, 10_000).Select(i => KeyValuePair.Create($"{new string('x', 200)}{i}", (JsonNode?)1)));

        var (status, problem) = await PostAsync(server, body.ToJsonString());

        Assert.Equal(400, status);
        Assert.NotNull(problem["errors"]!["prompt"]);
        Assert.InRange(problem.ToJsonString().Length, 100, 10_000);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_with_413()
    {
        await using var server = await RunningServer.StableDiffusionAsync("--ModelServer:Limits:JsonBytes", "1000");

        var (status, _) = await PostAsync(server, $$"""{"prompt": "{{new string('x', 2000)}}"}""");

        Assert.Equal(413, status);
    }

    [Fact]
    public async Task A_client_that_goes_away_takes_its_job_with_it()
    {
        await using var server = await RunningServer.StableDiffusionAsync(RunningServer.EndlessLoading);
        using var leaving = new CancellationTokenSource();
        var first = server.Http.PostAsJsonAsync("generate", Request("a cat"), leaving.Token);
        await Eventually.TrueAsync(async () => await QueueLengthAsync(server) == 1, Cancel);
        var second = server.Http.PostAsJsonAsync("generate", Request("a dog"), leaving.Token);
        await Eventually.TrueAsync(async () => await QueueLengthAsync(server) == 2, Cancel);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Eventually.TrueAsync(async () => await QueueLengthAsync(server) == 0, Cancel);
    }

    [Fact]
    public async Task A_full_queue_refuses_and_says_when_to_come_back()
    {
        await using var server = await RunningServer.StableDiffusionAsync([.. RunningServer.EndlessLoading, "--ModelServer:Jobs:QueueCapacity", "1"]);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = server.Http.PostAsJsonAsync("generate", Request("a cat"), leaving.Token);
        await Eventually.TrueAsync(async () => await QueueLengthAsync(server) == 1, Cancel);
        var waiting = server.Http.PostAsJsonAsync("generate", Request("a cat"), leaving.Token);
        await Eventually.TrueAsync(async () => await QueueLengthAsync(server) == 2, Cancel);

        using var refused = await server.Http.PostAsJsonAsync("generate", Request("a cat"), Cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(running, waiting));
    }

    [Fact]
    public async Task A_stopping_server_answers_everyone_who_waits()
    {
        await using var server = await RunningServer.StableDiffusionAsync(RunningServer.EndlessLoading);
        var running = server.Http.PostAsJsonAsync("generate", Request("a cat"), Cancel);
        await Eventually.TrueAsync(async () => await QueueLengthAsync(server) == 1, Cancel);
        var waiting = server.Http.PostAsJsonAsync("generate", Request("a dog"), Cancel);
        await Eventually.TrueAsync(async () => await QueueLengthAsync(server) == 2, Cancel);

        await server.App.StopAsync(Cancel);

        using var first = await running;
        using var second = await waiting;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, first.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
    }

    [Fact]
    public async Task Health_tells_model_load_and_what_memory_holds()
    {
        await using var server = await RunningServer.StableDiffusionAsync();
        await GenerateAsync(server, Request("a cat"));

        await Eventually.TrueAsync(async () => await QueueLengthAsync(server) == 0, Cancel);
        var health = await HealthAsync(server);

        Assert.Equal("ok", health["status"]!.GetValue<string>());
        Assert.Equal("test-model", health["model"]!.GetValue<string>());
        Assert.Equal(0, health["load_score"]!.GetValue<double>());
        Assert.Equal("0.1.0", health["version"]!.GetValue<string>());
        Assert.Equal(["sd3.5_large.safetensors"], health["loaded"]!.AsArray().Select(file => file!.GetValue<string>()));
        using var alive = await server.Http.GetAsync("alive", Cancel);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    private static JsonObject Request(string prompt, int side = 64, int steps = 4, ulong? seed = null) => new()
    {
        ["prompt"] = prompt, ["width"] = side, ["height"] = side, ["num_inference_steps"] = steps, ["seed"] = seed,
    };

    private static HttpRequestMessage Post(JsonObject body, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "generate") { Content = JsonContent.Create(body) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return request;
    }

    private static async Task<(int Status, JsonNode Problem)> PostAsync(RunningServer server, string body)
    {
        using var response = await server.Http.PostAsync("generate", new StringContent(body), Cancel);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!);
    }

    private static async Task<JsonNode> GenerateAsync(RunningServer server, JsonObject body)
    {
        using var response = await server.Http.PostAsJsonAsync("generate", body, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
    }

    private static async Task<JsonNode> HealthAsync(RunningServer server) => JsonNode.Parse(await server.Http.GetStringAsync("health", Cancel))!;

    private static async Task<int> QueueLengthAsync(RunningServer server) => (await HealthAsync(server))["queue_length"]!.GetValue<int>();

    private static Picture Decode(JsonNode image) =>
        PngReader.Read(Convert.FromBase64String(image.GetValue<string>()), PictureLimits.Default).Picture;
}
