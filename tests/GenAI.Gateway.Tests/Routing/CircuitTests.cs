using System.Net;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Dispatch;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.Routing;

/// <summary>A model of which too much fails is left alone for a while: its requests are refused, its jobs wait.</summary>
public sealed class CircuitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_circuit_refuses_at_once_in_the_models_own_shape_and_closes_when_the_model_answers()
    {
        var clock = new ManualTimeProvider();
        var (failing, asked) = (true, 0);
        await using var instance = await LocalServer.StartAsync(app => app.Run(context =>
        {
            // What the gateway asks by itself is no client's.
            if (context.Request.Path.StartsWithSegments("/userdata", StringComparison.Ordinal)) Interlocked.Increment(ref asked);
            context.Response.StatusCode = Volatile.Read(ref failing) ? StatusCodes.Status502BadGateway : StatusCodes.Status200OK;
            return Task.CompletedTask;
        }), Token);
        await using var gateway = TestGateway.Start(settings: Settings("FLUX_URL", instance.Address), clock: clock);
        using var client = gateway.Connect(gateway.Flux);

        for (var i = 0; i < 4; i++) Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(client));
        using (var refused = await client.GetAsync("userdata/x", Token))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(10, refused.Headers.RetryAfter?.Delta?.TotalSeconds);
            var error = await ErrorBody.ComfyUIAsync(refused, Token);
            Assert.Equal("circuit_open", error.Type);
            Assert.Contains("flux-1-dev", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(4, asked);
        using var recorder = gateway.Record();
        Assert.Contains(recorder.Observe("genai_gateway_circuit_state"), state => state.Tags["model"] is "flux-1-dev" && state.Value == 2);
        Volatile.Write(ref failing, false);
        clock.Advance(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        foreach (var what in (string[])["is open for", "is half open", "is closed again"])
            Assert.Single(gateway.Log.Lines, line => line.Contains($"The circuit of flux-1-dev {what}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_another_instance_made_good_is_no_failure_of_the_model()
    {
        await using var good = await NamedServer.StartAsync("good", Token);
        var settings = Settings("SD35_URL", good.Address);
        settings["SD35_URL"] += $",{NamedServer.Nobody()}";
        settings["GenAI:Gateway:Ejection:ConsecutiveErrors"] = "1000";
        settings["GenAI:Gateway:Retry:Floor"] = "1000";
        await using var gateway = TestGateway.Start(settings: settings);
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 20; i++) Assert.Equal("good", await client.GetStringAsync("x", Token));
    }

    [Fact]
    public async Task While_the_circuit_is_open_jobs_wait_and_then_one_after_the_other_is_tried()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Refusal = (503, "{}");
        var settings = Settings("FLUX_URL", comfy.Address);
        settings["GenAI:Gateway:CircuitBreaker:MinimumThroughput"] = "2";
        settings["GenAI:Gateway:CircuitBreaker:BreakDuration"] = "00:00:02";
        settings["GenAI:Gateway:Dispatch:ReviewInterval"] = "00:00:00.2";
        settings["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.3";
        await using var gateway = TestGateway.Start(settings: settings);

        var jobs = new List<Job>();
        for (var i = 0; i < 4; i++) jobs.Add((await gateway.Desk.SubmitAsync(Submissions.ComfyUI(i), Token)).Job!);
        await Eventually.TrueAsync(() => gateway.Log.Lines.Any(line => line.Contains("The circuit of flux-1-dev is open", StringComparison.Ordinal)), Token);
        foreach (var job in jobs) Assert.Equal(JobState.Queued, (await gateway.Desk.FindAsync(job.Id, Token))!.State);
        comfy.Refusal = null;

        foreach (var job in jobs) Assert.Equal(JobState.Completed, (await gateway.Desk.WaitForEndAsync(job.Id, Token)).State);
        Assert.Single(gateway.Log.Lines, line => line.Contains("The circuit of flux-1-dev is closed again", StringComparison.Ordinal));
    }

    private static Dictionary<string, string?> Settings(string name, Uri instance) => new()
    {
        [name] = instance.ToString(),
        ["GenAI:Gateway:CircuitBreaker:MinimumThroughput"] = "4",
    };

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync("userdata/x", Token);
        return response.StatusCode;
    }
}
