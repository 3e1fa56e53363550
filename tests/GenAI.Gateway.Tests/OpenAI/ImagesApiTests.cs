using System.Net;
using System.Net.Http.Headers;
using System.Text;
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

    private static StringContent Json(string body) => new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
}
