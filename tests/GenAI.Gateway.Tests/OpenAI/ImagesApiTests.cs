using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.OpenAI;

public sealed class ImagesApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"prompt\":", 400, "invalid_json")]
    [InlineData("", 400, "invalid_json")]
    [InlineData("{\"a\":[[[[[[[[[[1]]]]]]]]]]}", 400, "invalid_json")]
    [InlineData("{\"prompt\":\"x\",\"model\":\"nonesuch\"}", 404, "model_not_found")]
    [InlineData("{\"prompt\":\"x\",\"n\":99}", 400, "integer_out_of_range")]
    public async Task A_bad_body_is_refused_in_OpenAIs_shape(string body, int status, string code)
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();

        using var response = await client.PostAsync("v1/images/generations", Json(body), Token);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, (await ErrorBody.OpenAIAsync(response, Token)).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_one_megabyte_is_413(bool withLength)
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/images/generations")
        {
            Content = Json($$"""{"prompt":"{{new string('x', 1 << 20)}}"}"""),
        };
        request.Headers.TransferEncodingChunked = !withLength;

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        var error = await ErrorBody.OpenAIAsync(response, Token);
        Assert.Contains("1048576", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1/images/generations", 415)]
    [InlineData("sdapi/v1/txt2img", 422)]
    [InlineData("models/flux-1-dev/prompt", 400)]
    public async Task A_body_that_is_compressed_is_refused_as_that(string path, int status)
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();
        var body = new ByteArrayContent([0x1f, 0x8b, 8, 0]) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } };

        using var response = await client.PostAsync(path, body, Token);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains("Content-Encoding 'gzip'", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_models_own_port_v1_is_the_models()
    {
        await using var instance = await NamedServer.StartAsync("the model's own", Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = instance.Address.ToString() });
        using var client = gateway.Connect(gateway.Flux);

        Assert.Equal("the model's own", await client.GetStringAsync("v1/models", Token));
    }

    [Fact]
    public async Task A_public_address_is_used_where_one_is_configured()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["FLUX_URL"] = comfy.Address.ToString(),
            ["GenAI:OpenAI:PublicUrl"] = "https://images.example.org",
        });
        using var client = gateway.Connect();

        using var response = await client.PostAsync(
            "v1/images/generations", Json("""{"prompt":"x","response_format":"url"}"""), Token);

        Assert.Contains("\"url\":\"https://images.example.org/v1/images/files/", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.0", "url", "400 Bad Request", "invalid_host")]
    [InlineData("HTTP/1.0", "b64_json", "200 OK", "b64_json")]
    [InlineData("HTTP/1.1\r\nHost:", "url", "400 Bad Request", "invalid_host")]
    [InlineData("HTTP/1.1\r\nHost:", "b64_json", "200 OK", "b64_json")]
    public async Task A_request_without_a_Host_is_refused_only_where_it_asks_for_an_address(string version, string format, string status, string content)
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
        var body = $$"""{"prompt":"x","response_format":"{{format}}"}""";

        var response = await RawRequest.SendAsync(
            gateway.Address,
            $"POST /v1/images/generations {version}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}",
            Token);

        Assert.StartsWith($"HTTP/1.1 {status}", response, StringComparison.Ordinal);
        Assert.Contains(content, response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt":"x"}""", "\"url\":")]
    [InlineData("""{"prompt":"x","response_format":"b64_json"}""", "\"b64_json\":")]
    [InlineData("""{"prompt":"x","stream":true}""", "\"b64_json\":")]
    public async Task Addresses_can_be_made_the_default(string body, string member)
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString(), ["GenAI:OpenAI:ResponseFormat"] = "url" });
        using var client = gateway.Connect();

        using var response = await client.PostAsync("v1/images/generations", Json(body), Token);

        Assert.Contains(member, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_breaks_off_is_refused()
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();
        using var form = new StringContent("--x\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na st");
        form.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        using var response = await client.PostAsync("v1/images/edits", form, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_form", (await ErrorBody.OpenAIAsync(response, Token)).Code);
    }

    [Theory]
    [InlineData("mask", true)]
    [InlineData("prompt", false)]
    [InlineData("n", false)]
    public async Task A_form_that_says_something_twice_is_refused(string name, bool asFile)
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(TestPng.Of(1)), "image", "a.png" } };
        for (var i = 0; i < 2; i++)
        {
            if (asFile) form.Add(new ByteArrayContent(TestPng.Of(1)), name, "a.png");
            else form.Add(new StringContent("1"), name);
        }

        using var response = await client.PostAsync("v1/images/edits", form, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = await ErrorBody.OpenAIAsync(response, Token);
        Assert.Equal(("duplicate_parameter", name), (error.Code, error.Param));
    }

    [Theory]
    [InlineData("gpt-image-1")]
    [InlineData("black-forest-labs/FLUX.1-dev")]
    public async Task A_model_that_is_none_is_named(string model)
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();

        using var response = await client.GetAsync($"v1/models/{model}", Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var error = await ErrorBody.OpenAIAsync(response, Token);
        Assert.Equal("model_not_found", error.Code);
        Assert.Contains(model, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_can_be_asked_for_its_head_and_says_how_long_it_may_be_kept()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
        using var client = gateway.Connect();
        using var made = await client.PostAsync("v1/images/generations", Json("""{"prompt":"x","response_format":"url"}"""), Token);
        var address = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("data")[0].GetProperty("url").GetString();

        using var request = new HttpRequestMessage(HttpMethod.Head, address);
        using var head = await client.SendAsync(request, Token);
        using var whole = await client.GetAsync(address, Token);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("image/png", head.Content.Headers.ContentType?.MediaType);
        Assert.Equal((await whole.Content.ReadAsByteArrayAsync(Token)).Length, head.Content.Headers.ContentLength);
        Assert.InRange(whole.Headers.CacheControl!.MaxAge!.Value, TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
}
