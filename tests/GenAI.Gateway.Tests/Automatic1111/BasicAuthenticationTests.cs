using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.Automatic1111;

/// <summary>Clients of the web UI know <c>--api-auth user:password</c> only; the password is the key.</summary>
public sealed class BasicAuthenticationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("genai")]
    [InlineData("")]
    [InlineData("Zoë")]
    public async Task The_key_comes_as_the_password_of_any_user(string user)
    {
        await using var gateway = KeyedGateway.Start();
        var key = (await gateway.CreateKeyAsync(new CreateKeyRequest(), Token)).Key;
        using var client = gateway.Connect(null);

        using var response = await GetAsync(client, "sdapi/v1/samplers", Basic($"{user}:{key}"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task What_is_no_key_is_refused_with_both_ways_to_bring_one()
    {
        await using var gateway = KeyedGateway.Start();
        using var client = gateway.Connect(null);
        string?[] brought = [null, Basic("user:secret"), Basic("user:"), Basic("nocolon"), "Basic %%%", "Basic", $"Basic {new string('A', 20_000)}"];

        foreach (var authorization in brought)
        {
            using var response = await GetAsync(client, "sdapi/v1/samplers", authorization);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal(["Bearer", "Basic"], response.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
            Assert.Contains("\"detail\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nowhere_else_does_a_password_count()
    {
        await using var gateway = KeyedGateway.Start();
        var key = (await gateway.CreateKeyAsync(new CreateKeyRequest(), Token)).Key;
        using var client = gateway.Connect(null);

        using var response = await GetAsync(client, "v1/models", Basic($"user:{key}"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(["Bearer"], response.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
    }

    private static string Basic(string pair) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}";

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string path, string? authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (authorization is not null) Assert.True(request.Headers.TryAddWithoutValidation(nameof(HttpRequestHeaders.Authorization), authorization));
        return client.SendAsync(request, Token);
    }
}
