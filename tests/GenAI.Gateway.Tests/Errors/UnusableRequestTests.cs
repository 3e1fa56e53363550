using GenAI.Gateway.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GenAI.Gateway.Tests.Errors;

/// <summary>What a client can send that no instance could be asked, or that an instance refuses by closing the connection.</summary>
public sealed class UnusableRequestTests
{
    private const int MoreThanOneEjects = 6;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("host:99999", "")]
    [InlineData("-..-", "")]
    [InlineData("xn--", "")]
    [InlineData("host:99999", "http://127.0.0.1:1")]
    [InlineData("xn--", "http://127.0.0.1:1")]
    public async Task A_Host_that_is_none_is_refused_with_what_it_was(string host, string traces)
    {
        await using var gateway = TestGateway.Start(settings: new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = traces });

        foreach (var address in new[] { gateway.Address, gateway.Flux, gateway.StableDiffusion })
        {
            var answer = await RawRequest.SendAsync(address, $"GET /v1/models HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", Token);

            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.Contains("invalid_host", answer, StringComparison.Ordinal);
            Assert.Contains($"'{host}'", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/models/stable-diffusion-35/generate", "")]
    [InlineData("example.org:443", "sd35")]
    public async Task CONNECT_is_refused_and_held_against_no_instance(string target, string port)
    {
        await using var a = await NamedServer.StartAsync("a", Token);
        await using var b = await NamedServer.StartAsync("b", Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = $"{a.Address},{b.Address}" });
        var address = port.Length == 0 ? gateway.Address : gateway.StableDiffusion;

        for (var i = 0; i < 2 * MoreThanOneEjects; i++)
        {
            var answer = await RawRequest.SendAsync(address, $"CONNECT {target} HTTP/1.1\r\nHost: example.org:443\r\nConnection: close\r\n\r\n", Token);
            Assert.StartsWith("HTTP/1.1 405 ", answer, StringComparison.Ordinal);
            Assert.Contains("CONNECT is not allowed", answer, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("Ejected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Headers_in_any_script_pass_both_ways()
    {
        await using var instance = await LocalServer.StartAsync(app => app.Run(context =>
        {
            context.Response.Headers["x-back"] = context.Request.Headers["x-name"] == "žlutá é" ? "understood" : "not understood";
            return Task.CompletedTask;
        }), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address.ToString() });

        var answer = await RawRequest.SendAsync(
            gateway.StableDiffusion, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Name: žlutá é\r\nConnection: close\r\n\r\n", Token);

        Assert.Contains("x-back: understood", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_of_an_instance_that_refuses_a_large_body_reaches_the_client()
    {
        await using var instance = await RefusingAsync();
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address.ToString() });
        using var client = gateway.Connect(gateway.StableDiffusion);

        using var response = await client.PostAsync("other", new ByteArrayContent(new byte[32 << 20]), Token);

        Assert.Equal(StatusCodes.Status413PayloadTooLarge, (int)response.StatusCode);
        Assert.Equal("at most 1000 bytes", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task An_instance_that_closes_while_it_is_sent_a_body_is_not_ejected_for_it()
    {
        await using var a = await RefusingAsync();
        await using var b = await RefusingAsync();
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = $"{a.Address},{b.Address}" });
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 2 * MoreThanOneEjects; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "other") { Content = new ByteArrayContent(new byte[32 << 20]) };
            request.Headers.TransferEncodingChunked = true;
            using var response = await client.SendAsync(request, Token);
            Assert.True((int)response.StatusCode is 413 or 502, $"{response.StatusCode}");
        }

        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("Ejected", StringComparison.Ordinal));
    }

    /// <summary>Takes bodies of up to 1000 bytes; as Kestrel does, it leaves the rest unread.</summary>
    private static Task<LocalServer> RefusingAsync() => LocalServer.StartAsync(app => app.Run(async context =>
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = 1000;
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }
        catch (BadHttpRequestException refused)
        {
            context.Response.StatusCode = refused.StatusCode;
            await context.Response.WriteAsync("at most 1000 bytes", context.RequestAborted);
        }
    }), Token);
}
