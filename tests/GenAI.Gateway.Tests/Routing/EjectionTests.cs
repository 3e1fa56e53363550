using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing;

public sealed class EjectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_that_is_gone_is_ejected_without_a_client_noticing_and_is_tried_again_later()
    {
        var clock = new ManualTimeProvider();
        await using var good = await NamedServer.StartAsync("good", Token);
        var gone = NamedServer.Nobody();
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = $"{good.Address},{gone}" }, clock: clock);
        using var client = gateway.Connect(gateway.StableDiffusion);

        while (!Ejected()) Assert.Equal("good", await client.GetStringAsync("x", Token));
        Assert.Equal(5, Retries());
        // What was ejected may be chosen for a moment yet.
        await Eventually.TrueAsync(async () =>
        {
            var before = Retries();
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.GetStringAsync("x", Token)));
            return Retries() == before;
        }, Token);

        await using var back = await NamedServer.StartAsync("back", Token, gone.Port);
        clock.Advance(TimeSpan.FromSeconds(11));
        await Eventually.TrueAsync(async () => await client.GetStringAsync("x", Token) == "back", Token);

        bool Ejected() => gateway.Log.Lines.Any(line => line.Contains("Ejected instance stable-diffusion-35-1", StringComparison.Ordinal));
        int Retries() => gateway.Log.Lines.Count(line => line.Contains("goes to another one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_one_instance_none_is_ejected()
    {
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = NamedServer.Nobody().ToString() });
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 8; i++)
        {
            using var response = await client.GetAsync("x", Token);
            var problem = await ErrorBody.ProblemAsync(response, Token);
            Assert.Equal("model_unavailable", problem.Extensions["code"]?.ToString());
            Assert.Equal(5, response.Headers.RetryAfter?.Delta?.TotalSeconds);
            Assert.Contains("stable-diffusion-35-0", problem.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Clients_that_leave_eject_nobody()
    {
        using var begun = new SemaphoreSlim(0);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var a = await NamedServer.StartHeldAsync("a", begun, mayEnd.Task, Token);
        await using var b = await NamedServer.StartHeldAsync("b", begun, mayEnd.Task, Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = $"{a.Address},{b.Address}" });
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 20; i++)
        {
            using var leave = new CancellationTokenSource();
            var request = client.GetAsync("x", leave.Token);
            await begun.WaitAsync(Token);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        mayEnd.SetResult();
        // The last one that was left may count as under way for a moment yet, where it went.
        var answers = new HashSet<string>(StringComparer.Ordinal);
        await Eventually.TrueAsync(async () => answers.Add(await client.GetStringAsync("x", Token)) && answers.Count == 2, Token);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("Ejected", StringComparison.Ordinal));
    }
}
