using System.Net;
using GenAI.Gateway.Tests.Fakes;
using Microsoft.AspNetCore.Builder;

namespace GenAI.Gateway.Tests.Errors;

/// <summary>A body whose length nobody knows until it is too large.</summary>
public sealed class ChunkedBodyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(100_001)]
    [InlineData(150_000)]
    public async Task A_chunked_body_beyond_the_gateways_limit_is_413_with_the_limit(int bytes)
    {
        await using var instance = await LocalServer.StartAsync(
            app => app.Run(context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted)), Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = instance.Address.ToString(),
            ["GenAI:Gateway:MaxRequestBodyBytes"] = "100000",
        });
        using var client = gateway.Connect(gateway.StableDiffusion);
        using var request = new HttpRequestMessage(HttpMethod.Post, "other") { Content = new ByteArrayContent(new byte[bytes]) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        var problem = await ErrorBody.ProblemAsync(response, Token);
        Assert.Contains("100000 bytes", problem.Detail, StringComparison.Ordinal);
        Assert.Equal("request_too_large", problem.Extensions["code"]?.ToString());
    }
}
