using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using GenAI.Gateway.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.StableDiffusionApi;

public sealed class GenerateTests : IAsyncLifetime
{
    private LocalServer _server = null!;
    private TestGateway _gateway = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalServer.StartAsync(app => app.Run(GenerateAsync), Token);
        _gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = _server.Address.ToString() });
        _client = _gateway.Connect(_gateway.StableDiffusion);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_answers_the_images_their_seed_and_where_the_time_went()
    {
        using var response = await AskAsync("""{"prompt":"x","seed":5,"num_images_per_prompt":2}""");

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal([5, 6], answer.GetProperty("images").EnumerateArray().Select(image => TestPng.Number(image.GetBytesFromBase64())));
        Assert.Equal(5, answer.GetProperty("seed").GetInt64());
        Assert.Equal((4, 6), (answer.GetProperty("timings").GetProperty("load_ms").GetDouble(), answer.GetProperty("timings").GetProperty("infer_ms").GetDouble()));
        Assert.Equal(2, response.Headers.GetValues("X-GenAI-Job").Single().Split(", ").Length);
    }

    [Fact]
    public async Task The_image_itself_is_answered_to_who_accepts_it()
    {
        using var response = await AskAsync("""{"prompt":"x","seed":7}""", "image/*");
        using var two = await AskAsync("""{"prompt":"x","num_images_per_prompt":2}""", "image/png");

        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("7", response.Headers.GetValues("X-GenAI-Seed").Single());
        Assert.Equal(TestPng.Of(7), await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.NotAcceptable, two.StatusCode);
    }

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("text/html")]
    [InlineData("application/json;q=0")]
    public async Task Who_accepts_nothing_of_what_there_is_hears_what_there_is(string accept)
    {
        using var response = await AskAsync("""{"prompt":"x"}""", accept);

        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Contains("image/png", (await ErrorBody.ProblemAsync(response, Token)).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt":"x","seed":5}""", "text/event-stream")]
    [InlineData("""{"prompt":"x","seed":5,"stream":true}""", "*/*")]
    public async Task Events_tell_its_place_its_progress_and_its_result(string body, string accept)
    {
        using var response = await AskAsync(body, accept);

        var events = await SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token).ToArrayAsync(Token);
        Assert.Equal("queued", events[0].EventType);
        Assert.Equal("result", events[^1].EventType);
        Assert.All(events[1..^1], item => Assert.Equal("progress", item.EventType));
        var result = JsonSerializer.Deserialize<JsonElement>(events[^1].Data);
        Assert.Equal(TestPng.Of(5), result.GetProperty("images")[0].GetBytesFromBase64());
    }

    [Fact]
    public async Task What_fails_is_an_event_too()
    {
        using var response = await AskAsync("""{"prompt":"fail"}""", "text/event-stream");

        var events = await SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token).ToArrayAsync(Token);
        Assert.Equal("error", events[^1].EventType);
        Assert.Contains("no such thing", events[^1].Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "prompt is required")]
    [InlineData("""{"prompt":"x","step":1}""", "step is not known")]
    [InlineData("""{"prompt":"x","width":100,"height":1}""", "width must be a multiple of 16")]
    [InlineData("""{"prompt":"x","width":100,"height":1}""", "height must be a whole number from 64 to 2048, got 1")]
    [InlineData("""{"prompt":"x","output_format":"webp"}""", "output_format must be png")]
    [InlineData("""{"prompt":"x","seed":-1}""", "seed must be")]
    [InlineData("""{""", "not valid JSON")]
    [InlineData("""[]""", "JSON object")]
    public async Task Everything_that_is_wrong_is_named_at_once(string body, string reason)
    {
        using var response = await AskAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(reason, (await ErrorBody.ProblemAsync(response, Token)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rest_of_its_API_is_the_instances_own() => Assert.Equal("the instance's own", await _client.GetStringAsync("health", Token));

    private async Task<HttpResponseMessage> AskAsync(string body, string accept = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "generate") { Content = new StringContent(body) };
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        return await _client.SendAsync(request, Token);
    }

    private static async Task GenerateAsync(HttpContext context)
    {
        if (context.Request.Path != "/generate")
        {
            await context.Response.WriteAsync("the instance's own");
            return;
        }

        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        if (body.GetProperty("prompt").GetString() == "fail")
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"detail":"no such thing"}""");
            return;
        }

        var seed = body.GetProperty("seed").GetInt64();
        var result = JsonSerializer.Serialize(new { images = (byte[][])[TestPng.Of(seed)], seed, timings = new { queue_ms = 1, load_ms = 2, infer_ms = 3 } });
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"event: progress\ndata: {{\"step\":1,\"total_steps\":2}}\n\nevent: result\ndata: {result}\n\n");
    }
}
