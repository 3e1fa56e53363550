using System.Net;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.Errors;

public sealed class ErrorShapeTests : IAsyncLifetime
{
    private TestGateway _gateway = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _gateway = TestGateway.Start();
        _client = _gateway.Connect();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_ComfyUI_model_without_an_instance_answers_503_in_ComfyUIs_shape()
    {
        using var response = await _client.PostAsync("models/flux-1-dev/settings", new StringContent("{}"), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter?.Delta);
        var error = await ErrorBody.ComfyUIAsync(response, Token);
        Assert.Equal("model_unavailable", error.Type);
        Assert.Contains("flux-1-dev", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Stable_Diffusion_model_without_an_instance_answers_503_with_problem_details()
    {
        using var client = _gateway.Connect(_gateway.StableDiffusion);

        using var response = await client.GetAsync("health", Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("model_unavailable", (await ErrorBody.ProblemAsync(response, Token)).Extensions["code"]?.ToString());
    }

    [Fact]
    public async Task A_model_without_an_instance_answers_503_in_OpenAIs_shape_under_v1()
    {
        using var response = await _client.PostAsync(
            "v1/images/generations", new StringContent("""{"prompt":"x"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        var error = await ErrorBody.OpenAIAsync(response, Token);
        Assert.Equal(("model_unavailable", "server_error", "model"), (error.Code, error.Type, error.Param));
    }

    [Fact]
    public async Task An_unknown_model_is_404_and_names_the_known_ones()
    {
        using var response = await _client.GetAsync("models/nonesuch/queue", Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var problem = await ErrorBody.ProblemAsync(response, Token);
        Assert.Equal("There is no model 'nonesuch'. The models are: comfyui-workflows, flux-1-dev, stable-diffusion-35.", problem.Detail);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/")]
    [InlineData("/models")]
    [InlineData("/healthy")]
    public async Task An_unknown_address_is_404_and_names_what_there_is(string path)
    {
        using var response = await _client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/models/<name>/", (await ErrorBody.ProblemAsync(response, Token)).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404, "not_found")]
    [InlineData("GET", "/v1/models/nonesuch", 404, "model_not_found")]
    [InlineData("GET", "/v1/images/generations", 405, "method_not_allowed")]
    [InlineData("DELETE", "/v1/models", 405, "method_not_allowed")]
    [InlineData("GET", "/v1/images/files/0000.png", 404, "not_found")]
    [InlineData("POST", "/v1/images/generations", 415, "unsupported_media_type")]
    public async Task Everything_under_v1_answers_in_OpenAIs_shape(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await _client.SendAsync(request, Token);

        Assert.Equal(status, (int)response.StatusCode);
        var error = await ErrorBody.OpenAIAsync(response, Token);
        Assert.Equal((code, "invalid_request_error"), (error.Code, error.Type));
    }

    [Fact]
    public async Task A_request_that_is_not_HTTP_leaves_the_gateway_as_it_was()
    {
        await RawRequest.GetAsync(_gateway.Address, "not a target", Token);

        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("alive", Token)).StatusCode);
    }
}
