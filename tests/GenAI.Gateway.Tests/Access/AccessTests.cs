using System.Net;
using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.Access;

/// <summary>Who comes in, and in what shape the others hear why not.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private LocalServer _instance = null!;
    private KeyedGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _instance = await LocalServer.StartAsync(app => app.Run(context => context.Response.WriteAsync(
            string.Join("\n", context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")) + "\n" + context.Request.QueryString)), Token);
        _gateway = KeyedGateway.Start(new() { ["SD35_URL"] = _instance.Address.ToString(), ["FLUX_URL"] = _instance.Address.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _instance.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_key_every_API_answers_401_in_its_own_shape()
    {
        using var client = _gateway.Connect(key: null);

        using var openAI = await client.GetAsync("v1/models", Token);
        Assert.Equal(("missing_api_key", "invalid_request_error"), await CodeAsync(openAI));
        using var comfy = await client.GetAsync("models/flux-1-dev/queue", Token);
        Assert.Equal("missing_api_key", (await ErrorBody.ComfyUIAsync(comfy, Token)).Type);
        using var problem = await client.GetAsync("models/stable-diffusion-35/health", Token);
        Assert.Contains("Authorization: Bearer", (await ErrorBody.ProblemAsync(problem, Token)).Detail, StringComparison.Ordinal);
        Assert.All([openAI, comfy, problem], response =>
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer realm=\"genai\"", response.Headers.WwwAuthenticate.ToString());
        });
    }

    [Fact]
    public async Task A_models_own_port_asks_for_a_key_too()
    {
        using var client = _gateway.Connect(key: null, _gateway.Gateway.StableDiffusion);

        using var response = await client.GetAsync("health", Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("/health", 200)]
    [InlineData("/alive", 200)]
    [InlineData("/metrics", 401)]
    [InlineData("/nothing", 401)]
    [InlineData("/v1/keys", 401)]
    [InlineData("/V1/Keys", 401)]
    [InlineData("/v1/images/files/0.png", 404)]
    public async Task Only_health_and_the_addresses_of_pictures_are_open(string path, int status)
    {
        using var client = _gateway.Connect(key: null);

        Assert.Equal(status, (int)(await client.GetAsync(path, Token)).StatusCode);
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer  ")]
    [InlineData("X-API-Key", "")]
    public async Task A_key_is_taken_from_either_header_and_does_not_reach_the_instance(string header, string scheme)
    {
        using var client = _gateway.Connect(key: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "models/stable-diffusion-35/x?a=b");
        request.Headers.TryAddWithoutValidation(header, scheme + _gateway.AdminKey);

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var seen = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("?a=b", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("genai_", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(header, seen, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("sk-1", "expected genai_")]
    [InlineData("genai_aaaaaaaaaa_0000000000000000000000000000000000000000000000000", "expected genai_")]
    public async Task What_is_no_key_is_401_and_is_not_repeated(string key, string reason)
    {
        using var client = _gateway.Connect(key);

        using var response = await client.GetAsync("v1/models", Token);

        var error = await ErrorBody.OpenAIAsync(response, Token);
        Assert.Equal("invalid_api_key", error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.Message, StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_right_id_with_another_secret_is_nobody()
    {
        ApiKeyFormat.TryGetId(_gateway.AdminKey, out var id);
        using var client = _gateway.Connect(ApiKeyFormat.NewKey(id.ToString()));

        using var response = await client.GetAsync("v1/models", Token);

        Assert.Equal(("invalid_api_key", "invalid_request_error"), await CodeAsync(response));
    }

    [Theory]
    [InlineData("read-own", "GET", "/v1/models", 200)]
    [InlineData("read-own", "POST", "/models/stable-diffusion-35/other", 403)]
    [InlineData("generate", "POST", "/models/stable-diffusion-35/other", 200)]
    [InlineData("generate", "GET", "/v1/keys", 403)]
    [InlineData("generate", "GET", "/metrics", 403)]
    [InlineData("generate", "GET", "/v1/usage", 200)]
    [InlineData("read-all", "GET", "/metrics", 200)]
    [InlineData("admin", "GET", "/v1/keys", 200)]
    [InlineData("admin", "POST", "/models/stable-diffusion-35/other", 403)]
    public async Task A_key_does_what_its_scopes_say(string scope, string method, string path, int status)
    {
        var key = await _gateway.CreateKeyAsync(new() { Scopes = [scope] }, Token);
        using var client = _gateway.Connect(key.Key);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 403) Assert.Contains(scope, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_for_one_model_reaches_no_other_by_any_address()
    {
        var key = await _gateway.CreateKeyAsync(new() { Models = ["stable-diffusion-35"] }, Token);
        using var client = _gateway.Connect(key.Key);
        using var onPort = _gateway.Connect(key.Key, _gateway.Gateway.Flux);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("models/stable-diffusion-35/x", Token)).StatusCode);
        using var refused = await client.GetAsync("models/flux-1-dev/queue", Token);
        Assert.Equal("model_not_allowed", (await ErrorBody.ComfyUIAsync(refused, Token)).Type);
        foreach (var path in new[] { "Models/FLUX-1-DEV/queue", "models/flux%2D1-dev/queue", "x/../models/flux-1-dev/queue" })
            Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync(path, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await onPort.GetAsync("queue", Token)).StatusCode);
    }

    [Fact]
    public async Task Usage_and_metrics_name_the_key_by_its_id()
    {
        var key = await _gateway.CreateKeyAsync(new() { Name = "a class" }, Token);
        using (var client = _gateway.Connect(key.Key)) await client.GetAsync("v1/models", Token);
        using var admin = _gateway.Connect(_gateway.AdminKey);

        var usage = await new AccessClient(admin).GetUsageAsync(7, key.Info.Id, Token);
        Assert.Equal(("a class", 1), (Assert.Single(usage.Data).Name, usage.Data[0].Requests));
        using var recorder = _gateway.Gateway.Record();
        Assert.Equal(1, Assert.Single(recorder.Observe("genai_key_requests"), requests => requests.Tags["key"] as string == key.Info.Id).Value);
        Assert.DoesNotContain(key.Key[22..], await admin.GetStringAsync("metrics", Token), StringComparison.Ordinal);
    }

    private static async Task<(string, string)> CodeAsync(HttpResponseMessage response)
    {
        var error = await ErrorBody.OpenAIAsync(response, Token);
        return (error.Code, error.Type);
    }
}
