using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Images;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private FakeComfyUI _comfy = null!;
    private TestGateway _gateway = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _comfy = await FakeComfyUI.StartAsync(Token);
        _gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = _comfy.Address.ToString() });
        _client = _gateway.Connect();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _comfy.DisposeAsync();
    }

    [Fact]
    public async Task A_repeated_request_gets_the_same_images_and_runs_nothing()
    {
        using var first = await AskAsync("k1", new { prompt = "x", n = 2 });
        using var second = await AskAsync("k1", new { prompt = "x", n = 2 });
        using var other = await AskAsync("k2", new { prompt = "x", n = 2 });

        var data = await DataAsync(first);
        Assert.Equal(data, await DataAsync(second));
        Assert.NotEqual(data, await DataAsync(other));
        Assert.Equal(4, _comfy.Prompts.Count);
    }

    [Theory]
    [InlineData("""{"prompt":"y","n":2}""")]
    [InlineData("""{"prompt":"x","n":1}""")]
    [InlineData("""{"prompt":"x","n":3}""")]
    [InlineData("""{"prompt":"x","n":2,"seed":1}""")]
    public async Task The_same_key_for_another_request_is_422_and_leaves_nothing_behind(string body)
    {
        using var first = await AskAsync("k", new { prompt = "x", n = 2 });
        _comfy.Automatic = false;

        using var second = await AskAsync("k", JsonSerializer.Deserialize<JsonElement>(body));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.StatusCode);
        Assert.Equal("idempotency_key_reused", (await ErrorBody.OpenAIAsync(second, Token)).Code);
        Assert.Equal(0, _gateway.Desk.CountOpen());
    }

    [Fact]
    public async Task Its_jobs_go_on_when_the_client_leaves_and_are_there_when_it_comes_back()
    {
        _comfy.Automatic = false;
        using var leave = new CancellationTokenSource();
        var left = AskAsync("k", new { prompt = "x" }, leave.Token);
        await Eventually.TrueAsync(() => _comfy.Running.Count == 1, Token);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        var back = AskAsync("k", new { prompt = "x" });
        await _comfy.FinishAsync(_comfy.Running.Keys.Single());
        using var response = await back;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(_comfy.Interrupted);
        Assert.Single(_comfy.Prompts);
    }

    [Fact]
    public async Task A_key_that_is_none_is_refused()
    {
        using var response = await AskAsync(new string('k', 256), new { prompt = "x" });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("Idempotency-Key", (await ErrorBody.OpenAIAsync(response, Token)).Param);
    }

    [Theory]
    [InlineData("requests that used the day up", 512L * 512 * 20, null)]
    [InlineData("a job that runs", null, 1)]
    public async Task A_repeated_request_is_in_no_quotas_way(string spent, long? pixelSteps, int? jobs)
    {
        await using var gateway = KeyedGateway.Start(new() { ["FLUX_URL"] = _comfy.Address.ToString() });
        var quotas = new KeyQuotas { PixelStepsPerDay = pixelSteps, ConcurrentJobs = jobs };
        using var client = gateway.Connect((await gateway.CreateKeyAsync(new CreateKeyRequest { Quotas = quotas }, Token)).Key);
        _comfy.Automatic = false;

        var first = AskAsync("k", new { prompt = "x" }, client: client);
        await Eventually.TrueAsync(() => _comfy.Running.Count == 1, Token);
        using var other = await AskAsync("other", new { prompt = "x" }, client: client);
        var second = AskAsync("k", new { prompt = "x" }, client: client);
        await Eventually.TrueAsync(() => second.IsCompleted || gateway.Gateway.Desk.CountOpen() == 1, Token);
        await _comfy.FinishAsync(_comfy.Running.Keys.Single());

        Assert.True(other.StatusCode == HttpStatusCode.TooManyRequests, $"{spent}: {other.StatusCode}");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await first).StatusCode, (await second).StatusCode));
        Assert.Equal((await first).Headers.GetValues("X-GenAI-Job"), (await second).Headers.GetValues("X-GenAI-Job"));
    }

    private async Task<HttpResponseMessage> AskAsync<T>(string key, T body, CancellationToken? token = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/images/generations") { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", key } } };
        return await (client ?? _client).SendAsync(request, token ?? Token);
    }

    private static async Task<string> DataAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("data").GetRawText();
}
