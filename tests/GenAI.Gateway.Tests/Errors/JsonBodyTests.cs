using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.Errors;

/// <summary>Texts that are valid JSON and no Unicode, wherever a reader might ask for one.</summary>
public sealed class JsonBodyTests
{
    private static readonly string[] Bodies =
    [
        """{"prompt":"\ud800"}""", """{"prompt":"\udc00\ud800"}""", """{"prompt":"\ud83d\\ude00"}""", """{"prompt":"x","\ud800":1}""", """{"n":"\ud800"}""",
        """{"tiling":"\ud800"}""", """{"override_settings":{"sd_model_checkpoint":"\ud800"}}""", """{"alwayson_scripts":{"\ud800":{"args":[1]}}}""",
        """{"init_images":["\ud800"]}""", "{\"prompt\":\"\u00ff\"}", "{\"prompt\":\"x\",\"n\":\"\u00ff\"}", "{\"prompt\":\"x\",\"\u00ff\":1}",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1/images/generations", HttpStatusCode.BadRequest)]
    [InlineData("sdapi/v1/txt2img", HttpStatusCode.UnprocessableEntity)]
    [InlineData("sdapi/v1/img2img", HttpStatusCode.UnprocessableEntity)]
    [InlineData("sdapi/v1/options", HttpStatusCode.UnprocessableEntity)]
    [InlineData("models/stable-diffusion-35/generate", HttpStatusCode.BadRequest)]
    public async Task What_is_not_Unicode_is_refused(string path, HttpStatusCode status)
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();

        foreach (var body in Bodies)
        {
            using var response = await client.PostAsync(path, Json(body), Token);

            Assert.Equal(status, response.StatusCode);
            Assert.Contains("is not Unicode text", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"prompt":"\ud83d\ude00 \\ud800 \u00e9 \\\\","n":0}""")]
    [InlineData("{\"prompt\":\"\u00f0\u009f\u0098\u0080\",\"n\":0}")]
    public async Task What_is_Unicode_is_read_on(string body)
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();

        using var response = await client.PostAsync("v1/images/generations", Json(body), Token);

        Assert.Equal("n", (await ErrorBody.OpenAIAsync(response, Token)).Param);
    }

    /// <param name="bytes">A character for each byte.</param>
    private static ByteArrayContent Json(string bytes) =>
        new(Encoding.Latin1.GetBytes(bytes)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
