using System.Net.Http.Json;
using System.Text.Json;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.Dispatch;

/// <summary>Three instances of which the first two say that a job took them a third as long as it took the last.</summary>
public sealed class SpeedTests : IAsyncLifetime
{
    private const string Slow = "stable-diffusion-35-2";
    private readonly List<LocalServer> _servers = [];
    private readonly int[] _begun = new int[3];
    private TaskCompletionSource _mayEnd = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            var instance = i;
            _servers.Add(await LocalServer.StartAsync(app => app.Run(context => GenerateAsync(context, instance)), Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Once_an_instance_has_shown_that_it_is_slower_it_gets_no_job_while_others_are_free(bool learns)
    {
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = string.Join(',', _servers.Select(server => server.Address.ToString().TrimEnd('/'))),
            ["GenAI:Gateway:Dispatch:Policy:LearnSpeeds"] = $"{learns}",
        });
        using var client = gateway.Connect(gateway.StableDiffusion);
        using var recorder = gateway.Record();
        for (var round = 1; round <= 20 && !(SpeedOf(Slow, recorder) < 1); round++) await KeepAllBusyAsync(client, () => SpeedOf(Slow, recorder) < 1);

        var before = _begun[2];
        _mayEnd.TrySetResult();
        for (var i = 0; i < 5; i++) (await AskAsync(client)).EnsureSuccessStatusCode();

        Assert.Equal(learns ? 0 : 5, _begun[2] - before);
        if (learns) Assert.InRange(SpeedOf(Slow, recorder)!.Value / SpeedOf("stable-diffusion-35-0", recorder)!.Value, 0.25, 0.45);
        else Assert.Equal((1, 1), (SpeedOf(Slow, recorder), SpeedOf("stable-diffusion-35-0", recorder)));
    }

    /// <summary>A job for each instance; all end when all have begun, or when that is not to be because one is known to be slow.</summary>
    private async Task KeepAllBusyAsync(HttpClient client, Func<bool> isKnown)
    {
        var before = _begun.Sum();
        var answers = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => AskAsync(client)));
        await Eventually.TrueAsync(() => _begun.Sum() == before + 3 || isKnown(), Token);
        Interlocked.Exchange(ref _mayEnd, new TaskCompletionSource()).SetResult();
        if (isKnown()) _mayEnd.TrySetResult();
        foreach (var answer in await answers) answer.EnsureSuccessStatusCode();
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient client) => client.PostAsJsonAsync("generate", new { prompt = "a lighthouse", seed = 1 }, Token);

    private async Task GenerateAsync(HttpContext context, int instance)
    {
        if (context.Request.Path != "/generate") return;
        Interlocked.Increment(ref _begun[instance]);
        await _mayEnd.Task.WaitAsync(context.RequestAborted);
        var timings = new { queue_ms = 0, load_ms = 0, infer_ms = instance == 2 ? 900 : 300 };
        await context.Response.WriteAsync(JsonSerializer.Serialize(new { images = (byte[][])[TestPng.Of(1)], seed = 1, timings }), Token);
    }

    /// <summary>What operators see of it; null before anything is known.</summary>
    private static double? SpeedOf(string instance, MeasurementRecorder recorder) =>
        recorder.Observe("genai_instance_speed").SingleOrDefault(measured => Equals(measured.Tags["instance"], instance))?.Value;
}
