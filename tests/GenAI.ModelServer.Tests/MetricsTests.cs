using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using GenAI.ModelServer.Telemetry;
using GenAI.ModelServer.Tests.ComfyUI;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.ModelServer.Tests;

public sealed class MetricsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_swaps_and_times_are_counted_under_the_specified_names()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var measured = new Measurements(server);

        await server.Http.RunAsync(Workflows.TextToImage(checkpoint: "flux1-dev.safetensors"));
        await server.Http.RunAsync(Workflows.TextToImage(checkpoint: "sd3.5_large.safetensors").With("5", "batch_size", 2));
        await server.Http.RunAsync(Workflows.Plain(prefix: "../x"));

        await Eventually.TrueAsync(() => measured.Sum("genai_images_generated", "status", "error") == 1, Cancel);
        Assert.Equal(3, measured.Sum("genai_images_generated", "status", "success"));
        Assert.Equal(4, measured.Sum("genai_images_generated", "model", "test-model"));
        Assert.Equal(4, measured.Sum("genai_images_generated", "instance", "test-model"));
        Assert.Equal(1, measured.Sum("genai_model_swaps", "model", "test-model"));
        Assert.Equal(2, measured.Count("genai_model_load_seconds"));
        Assert.Equal(3, measured.Count("genai_queue_wait_seconds"));
        Assert.True(measured.Sum("genai_gpu_seconds", "model", "test-model") > 0);
        foreach (var (phase, count) in (ReadOnlySpan<(string, int)>)[("queue", 3), ("load", 2), ("infer", 2), ("total", 3)])
            Assert.Equal(count, measured.Count("genai_request_duration_seconds", "phase", phase));
    }

    [Fact]
    public async Task The_metrics_endpoint_shows_them_in_both_dialects()
    {
        await using var comfy = await RunningServer.ComfyUIAsync();
        await using var diffusion = await RunningServer.StableDiffusionAsync();
        await comfy.Http.RunAsync(Workflows.Plain());
        using var generated = await diffusion.Http.PostAsJsonAsync(
            "generate", new { prompt = "a cat", width = 16, height = 16, num_inference_steps = 1 }, Cancel);

        foreach (var server in (RunningServer[])[comfy, diffusion])
        {
            await Eventually.TrueAsync(async () => (await server.Http.GetStringAsync("metrics", Cancel)).Split('\n').Any(line =>
                line.StartsWith("genai_images_generated_total{", StringComparison.Ordinal)
                && line.Contains("status=\"success\"", StringComparison.Ordinal)), Cancel);
        }
    }

    [Fact]
    public async Task The_queues_depth_can_be_watched()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        using var measured = new Measurements(server);
        using var socket = await ComfySocket.ConnectAsync(server, "me");
        await server.Http.SubmitAsync(Workflows.TextToImage(), "me");
        await socket.UntilAsync("executing");
        await server.Http.SubmitAsync(Workflows.Plain());
        await server.Http.SubmitAsync(Workflows.Plain());

        measured.Observe();

        Assert.Equal(2, measured.Sum("genai_queue_depth", "model", "test-model"));
    }

    [Fact]
    public async Task Each_job_is_an_activity()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var jobs = new ConcurrentBag<object?>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ModelServerMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => jobs.Add(activity.GetTagItem("genai.job.id")),
        };
        ActivitySource.AddActivityListener(listener);

        var id = await server.Http.SubmitAsync(Workflows.Plain());

        await Eventually.TrueAsync(() => jobs.Contains(id), Cancel);
    }

    /// <summary>What one server's meters report; other servers of the process have other meter factories.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _all = new();

        public Measurements(RunningServer server)
        {
            var factory = server.App.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ModelServerMetrics.Name && instrument.Meter.Scope == factory) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public void Observe() => _listener.RecordObservableInstruments();

        public double Sum(string name, string tag, string value) => Matching(name, tag, value).Sum(item => item.Value);

        public int Count(string name, string? tag = null, string? value = null) => Matching(name, tag, value).Count();

        public void Dispose() => _listener.Dispose();

        private IEnumerable<(string Name, double Value, Dictionary<string, object?> Tags)> Matching(string name, string? tag, string? value) =>
            _all.Where(item => item.Name == name && (tag is null || Equals(item.Tags.GetValueOrDefault(tag), value)));

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _all.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary()));
    }
}
