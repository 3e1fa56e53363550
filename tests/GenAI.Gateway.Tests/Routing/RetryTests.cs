using System.Net;
using GenAI.Gateway.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.Routing;

public sealed class RetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SD35_URL")]
    [InlineData("FLUX_URL")]
    public async Task A_body_that_one_instance_refused_to_connect_for_reaches_another_whole_and_once(string instances)
    {
        var received = 0;
        await using var good = await LocalServer.StartAsync(app => app.Run(async context =>
        {
            // What the gateway asks by itself is no client's.
            if (HttpMethods.IsPost(context.Request.Method)) Interlocked.Increment(ref received);
            await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
        }), Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            [instances] = $"{good.Address},{NamedServer.Nobody()}",
            ["GenAI:Gateway:Ejection:ConsecutiveErrors"] = "1000",
        });
        var body = new byte[200_000];
        new Random(7).NextBytes(body);

        for (var i = 0; i < 8; i++)
        {
            // Clients of their own, because a ComfyUI client stays with its instance.
            using var client = NamedServer.ClientFrom($"127.0.0.{i + 1}", instances == "SD35_URL" ? gateway.StableDiffusion : gateway.Flux);
            using var response = await client.PostAsync("x", new ByteArrayContent(body), Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(body, await response.Content.ReadAsByteArrayAsync(Token));
        }

        Assert.Equal(8, received);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("goes to another one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("POST", false)]
    [InlineData("DELETE", false)]
    public async Task Of_requests_that_an_instance_broke_off_only_reads_go_to_another(string method, bool retried)
    {
        await using var broken = await BreakingOffAsync();
        await using var good = await NamedServer.StartAsync("good", Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = $"{good.Address},{broken.Address}",
            ["GenAI:Gateway:Ejection:ConsecutiveErrors"] = "1000",
        });
        using var client = gateway.Connect(gateway.StableDiffusion);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "x");
            if (method == "POST") request.Content = new StringContent("prompt");
            using var response = await client.SendAsync(request, Token);
            statuses.Add(response.StatusCode);
        }

        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Equal(!retried, statuses.Contains(HttpStatusCode.BadGateway));
        Assert.Equal(retried, gateway.Log.Lines.Any(line => line.Contains("goes to another one", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_clients_are_bound_to_their_instance_a_read_that_it_broke_off_goes_to_no_other()
    {
        await using var a = await BreakingOffAsync();
        await using var b = await BreakingOffAsync();
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = $"{a.Address},{b.Address}" });
        using var client = gateway.Connect(gateway.Flux);

        using var response = await client.GetAsync("settings/1", Token);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("bad_gateway", (await ErrorBody.ComfyUIAsync(response, Token)).Type);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("goes to another one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task A_connection_that_nobody_answers_is_given_up_and_the_request_goes_to_another_instance(string method)
    {
        using var gone = new UnansweredAddress();
        await using var good = await NamedServer.StartAsync("good", Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = $"{gone.Address},{good.Address}", ["GenAI:Gateway:ConnectTimeout"] = "00:00:00.3",
        });
        using var client = gateway.Connect(gateway.StableDiffusion);

        while (!gateway.Log.Lines.Any(line => line.Contains("goes to another one", StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "x");
            if (method == "POST") request.Content = new StringContent("prompt");
            using var response = await client.SendAsync(request, Token);
            Assert.Equal("good", await response.Content.ReadAsStringAsync(Token));
        }
    }

    [Fact]
    public async Task What_no_instance_answers_a_connection_for_is_refused_and_an_answer_that_takes_too_long_is_not_tried_again()
    {
        using var gone = new UnansweredAddress();
        using var begun = new SemaphoreSlim(0);
        await using var slow = await NamedServer.StartHeldAsync("slow", begun, new TaskCompletionSource().Task, Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = gone.Address.ToString(), ["FLUX_URL"] = $"{slow.Address}",
            ["GenAI:Gateway:ConnectTimeout"] = "00:00:00.3", ["GenAI:Gateway:ActivityTimeout"] = "00:00:01",
        });
        using var client = gateway.Connect();

        using var refused = await client.PostAsync("models/stable-diffusion-35/x", new StringContent("{}"), Token);
        Assert.Equal("model_unavailable", (await ErrorBody.ProblemAsync(refused, Token)).Extensions["code"]?.ToString());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 5), (refused.StatusCode, refused.Headers.RetryAfter?.Delta?.TotalSeconds));
        using var late = await client.GetAsync("models/flux-1-dev/settings", Token);
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
    }

    [Fact]
    public async Task What_no_instance_takes_a_connection_for_is_refused_with_when_to_try_again()
    {
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = $"{NamedServer.Nobody()},{NamedServer.Nobody()}" });
        using var client = gateway.Connect(gateway.Flux);

        using var response = await client.PostAsync("settings", new StringContent("{}"), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(5, response.Headers.RetryAfter?.Delta?.TotalSeconds);
        var error = await ErrorBody.ComfyUIAsync(response, Token);
        Assert.Equal("model_unavailable", error.Type);
        Assert.Contains("flux-1-dev", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_budget_a_refused_connection_is_answered_at_once()
    {
        await using var good = await NamedServer.StartAsync("good", Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = $"{good.Address},{NamedServer.Nobody()}",
            ["GenAI:Gateway:Retry:Share"] = "0",
            ["GenAI:Gateway:Retry:Floor"] = "1",
        });
        using var client = gateway.Connect(gateway.StableDiffusion);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
        {
            using var response = await client.GetAsync("x", Token);
            statuses.Add(response.StatusCode);
        }

        Assert.Contains(HttpStatusCode.ServiceUnavailable, statuses);
        Assert.Single(gateway.Log.Lines, line => line.Contains("goes to another one", StringComparison.Ordinal));
    }

    /// <summary>Reads each request and ends its connection.</summary>
    private static Task<LocalServer> BreakingOffAsync() => LocalServer.StartAsync(app => app.Run(async context =>
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Abort();
    }), Token);
}
