using System.Diagnostics;
using System.Diagnostics.Metrics;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.Telemetry;

/// <summary>What the server counts and times, under the names of the system's specification.</summary>
internal sealed class ModelServerMetrics : IDisposable
{
    public const string Name = "GenAI.ModelServer";

    public static ActivitySource Activities { get; } = new(Name);

    private readonly Meter _meter;
    private readonly string _instance;
    private readonly KeyValuePair<string, object?> _model;
    private readonly Counter<long> _images;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _queueWait;
    private readonly Counter<long> _swaps;
    private readonly Histogram<double> _loadTime;
    private readonly Counter<double> _busy;

    public ModelServerMetrics(IMeterFactory meters, ModelServerOptions options)
    {
        _meter = meters.Create(Name);
        _instance = options.Instance;
        _model = new("model", options.Model);
        _images = _meter.CreateCounter<long>("genai_images_generated", description: "Images made, or jobs that made none.");
        _duration = _meter.CreateHistogram<double>("genai_request_duration_seconds", description: "How long each phase of a job took.");
        _queueWait = _meter.CreateHistogram<double>("genai_queue_wait_seconds", description: "How long jobs waited in the queue.");
        _swaps = _meter.CreateCounter<long>("genai_model_swaps", description: "Checkpoints loaded in another one's place.");
        _loadTime = _meter.CreateHistogram<double>("genai_model_load_seconds", description: "How long loading a checkpoint took.");
        _busy = _meter.CreateCounter<double>("genai_gpu_seconds", description: "Seconds in which the engine worked on a job.");
    }

    /// <summary>Registers the queue as the source of <c>genai_queue_depth</c>.</summary>
    public void Observe(Func<int> queueDepth) =>
        _meter.CreateObservableGauge(
            "genai_queue_depth", () => new Measurement<int>(queueDepth(), _model), description: "Jobs that wait.");

    public void JobFinished(JobResult result, TimeSpan waited, TimeSpan ran)
    {
        var status = result.Status switch { JobStatus.Success => "success", JobStatus.Cancelled => "cancelled", _ => "error" };
        var images = result.Status == JobStatus.Success ? result.Images : 1;
        _images.Add(images, _model, new("instance", _instance), new("status", status));
        _queueWait.Record(waited.TotalSeconds, _model);
        _busy.Add(ran.TotalSeconds, _model);
        Phase("queue", waited);
        Phase("total", waited + ran);
    }

    public void ModelLoaded(TimeSpan elapsed, bool swapped)
    {
        if (swapped) _swaps.Add(1, _model, new("instance", _instance));
        _loadTime.Record(elapsed.TotalSeconds, _model);
        Phase("load", elapsed);
    }

    public void Inferred(TimeSpan elapsed) => Phase("infer", elapsed);

    public void Dispose() => _meter.Dispose();

    private void Phase(string phase, TimeSpan elapsed) =>
        _duration.Record(elapsed.TotalSeconds, _model, new("phase", phase));
}
