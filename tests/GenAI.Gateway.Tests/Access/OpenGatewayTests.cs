using System.Net;
using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Tests.Access;

/// <summary>The gateway that asks nobody, where it may be so, and which pages may use a gateway.</summary>
public sealed class OpenGatewayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_keys_it_says_so_once_and_lets_everybody_in()
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/models", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("metrics", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/usage", Token)).StatusCode);
        using var keys = await client.GetAsync("v1/keys", Token);
        Assert.Equal("auth_disabled", (await ErrorBody.OpenAIAsync(keys, Token)).Code);
        Assert.Single(gateway.Log.Lines, line => line.Contains("API_AUTH_ENABLED is false", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_keys_a_key_is_still_nobodys_business_and_other_credentials_are_the_instances()
    {
        await using var instance = await LocalServer.StartAsync(
            app => app.Run(context => context.Response.WriteAsync($"<{context.Request.Headers.Authorization}>")), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address.ToString() });

        Assert.Equal("<>", await GetAsync($"Bearer {ApiKeyFormat.NewKey("abcdefghjk")}"));
        Assert.Equal("<Basic eDp5>", await GetAsync("Basic eDp5"));

        async Task<string> GetAsync(string authorization)
        {
            using var client = gateway.Connect(gateway.StableDiffusion);
            client.DefaultRequestHeaders.Add("Authorization", authorization);
            return await client.GetStringAsync("x", Token);
        }
    }

    [Fact]
    public void In_production_it_does_not_start_without_keys()
    {
        var exception = Assert.Throws<OptionsValidationException>(() =>
            TestGateway.Start(settings: new() { ["GENAI_ENVIRONMENT"] = "production", ["API_AUTH_ENABLED"] = "false" }));

        Assert.Contains("API_AUTH_ENABLED is 'false' in production", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_production_it_asks_for_keys_unless_told_otherwise()
    {
        await using var gateway = KeyedGateway.Start(new() { ["GENAI_ENVIRONMENT"] = "production", ["API_AUTH_ENABLED"] = null });
        using var client = gateway.Connect(key: null);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("v1/models", Token)).StatusCode);
    }

    [Theory]
    [InlineData("GENAI_ADMIN_KEY", "password", "GENAI_ADMIN_KEY has 8 characters and is no key")]
    [InlineData("GenAI:Gateway:Access:TicketLifetime", "01:00:00", "TicketLifetime is 01:00:00")]
    [InlineData("GenAI:Gateway:Access:SyncInterval", "00:00:00", "SyncInterval is 00:00:00")]
    [InlineData("GenAI:Gateway:Cors:Origins:0", "https://x.org/", "Origins has 'https://x.org/'")]
    [InlineData("GenAI:Gateway:Cors:Origins:0", "x.org", "Origins has 'x.org'")]
    [InlineData("GenAI:Gateway:Connections:MaxHeaders", "1", "MaxHeaders is 1; expected 10 to 10000")]
    [InlineData("GenAI:Gateway:Connections:HeadersTimeout", "-00:00:01", "HeadersTimeout is -00:00:01")]
    public void A_bad_setting_is_named_with_what_was_expected(string key, string value, string reason)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => TestGateway.Start(settings: new() { [key] = value }));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_origin_may_ask_without_a_key_whether_it_may_and_hear_why_not()
    {
        await using var gateway = KeyedGateway.Start(new() { ["GenAI:Gateway:Cors:Origins:0"] = "https://studio.example.org" });
        using var client = gateway.Connect(key: null);

        using var preflight = await SendAsync(HttpMethod.Options, "https://studio.example.org");
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("https://studio.example.org", Allowed(preflight));
        using var refused = await SendAsync(HttpMethod.Get, "https://studio.example.org");
        Assert.Equal((HttpStatusCode.Unauthorized, "https://studio.example.org"), (refused.StatusCode, Allowed(refused)));
        var exposed = refused.Headers.GetValues("Access-Control-Expose-Headers").Single().Split(',');
        Assert.Superset(new HashSet<string> { "Retry-After", "retry-after-ms", "x-should-retry", "X-GenAI-Job" }, exposed.ToHashSet(StringComparer.Ordinal));
        using var stranger = await SendAsync(HttpMethod.Options, "https://evil.example.org");
        Assert.Null(Allowed(stranger));

        Task<HttpResponseMessage> SendAsync(HttpMethod method, string origin)
        {
            var request = new HttpRequestMessage(method, "v1/models");
            request.Headers.Add("Origin", origin);
            if (method == HttpMethod.Options) request.Headers.Add("Access-Control-Request-Method", "POST");
            return client.SendAsync(request, Token);
        }
    }

    private static string? Allowed(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
}
