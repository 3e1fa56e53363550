using System.Diagnostics.Metrics;
using GenAI.Gateway.Dispatch;

namespace GenAI.Gateway.Jobs;

/// <summary>What is measured of jobs.</summary>
internal sealed class JobMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Histogram<double> _waits;
    private readonly Histogram<double> _durations;
    private readonly Histogram<double> _loads;
    private readonly Counter<long> _images;
    private readonly Counter<long> _swaps;
    private readonly Counter<double> _gpuSeconds;

    public JobMetrics(IMeterFactory meters, OpenJobs open, ModelPaces paces)
    {
        _meter = meters.Create(GatewayMetrics.Name);
        _meter.CreateObservableGauge(
            "genai_queue_depth",
            () => open.QueuedByModel().Select(model => new Measurement<int>(model.Queued, new KeyValuePair<string, object?>("model", model.Model))),
            description: "Jobs that wait for an instance.");
        _meter.CreateObservableGauge(
            "genai_instance_speed",
            () => paces.Instances.Select(own => new Measurement<double>(own.Instance.Speed, new("model", own.Model), new("instance", own.Instance.Instance))),
            description: "How fast an instance does jobs, relative to the model's others, as dispatch has learned it.");
        _waits = _meter.CreateHistogram<double>("genai_queue_wait_seconds", description: "From accepting a job to its beginning at the instance that ended it.");
        _durations = _meter.CreateHistogram<double>("genai_request_duration_seconds", description: "Of a completed job, by phase: queue, load, infer, total.");
        _loads = _meter.CreateHistogram<double>("genai_model_load_seconds", description: "Loading a checkpoint for a job.");
        _images = _meter.CreateCounter<long>("genai_images_generated", description: "Images asked for by jobs that ended, by how they did.");
        _swaps = _meter.CreateCounter<long>("genai_model_swaps", description: "Jobs for which an instance had to load another checkpoint.");
        _gpuSeconds = _meter.CreateCounter<double>("genai_gpu_seconds", description: "Seconds for which instances were occupied by jobs.");
    }

    public void Swapped(string model, string instance) => _swaps.Add(1, new("model", model), new("instance", instance));

    public void RunOver(JobRun run, RunOutcome outcome)
    {
        var job = outcome.Job;
        if (outcome.Kind == RunOutcomeKind.NotClaimed) return;
        _gpuSeconds.Add(run.Occupied.TotalSeconds, new KeyValuePair<string, object?>("model", job.Model));
        if (outcome.Kind != RunOutcomeKind.Ended) return;

        var status = job.State.ToString().ToLowerInvariant();
        _images.Add(job.Demand.Images, new("model", job.Model), new("instance", run.Instance.Id), new("status", status));
        if (job is not { State: JobState.Completed, StartedAt: { } started, EndedAt: { } ended }) return;

        var wait = started - job.AcceptedAt;
        _waits.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("model", job.Model));
        Phase(job, "queue", wait);
        Phase(job, "total", ended - job.AcceptedAt);
        if (run.Measured is not var (load, work)) return;
        Phase(job, "load", load);
        Phase(job, "infer", work);
        if (load > TimeSpan.Zero && run.IsCold) _loads.Record(load.TotalSeconds, new KeyValuePair<string, object?>("model", job.Model));
    }

    public void Dispose() => _meter.Dispose();

    private void Phase(Job job, string phase, TimeSpan time) => _durations.Record(time.TotalSeconds, new("model", job.Model), new("phase", phase));
}
