using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Automatic1111;

/// <summary>A request that is being made, as far as it is. Thread-safe.</summary>
internal sealed class LiveRequest
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, double> _fractions;
    private (byte[] Image, string ContentType)? _preview;
    private (int Step, int Steps) _steps;
    private int _done;

    public LiveRequest(ImageBatch batch, DateTimeOffset begunAt)
    {
        Batch = batch;
        BegunAt = begunAt;
        _steps = (0, batch.Order.Works[0].Steps);
        _fractions = batch.Ids.Distinct(StringComparer.Ordinal).ToDictionary(id => id, _ => 0.0, StringComparer.Ordinal);
    }

    public ImageBatch Batch { get; }

    public DateTimeOffset BegunAt { get; }

    public bool IsInterrupted { get; set; }

    public bool IsSkipped { get; set; }

    /// <param name="Fraction">0 to 1, over all images.</param>
    /// <param name="Done">Images that have ended.</param>
    /// <param name="Preview">The latest picture of an image that is being made.</param>
    public readonly record struct Snapshot(double Fraction, int Done, int Step, int Steps, (byte[] Image, string ContentType)? Preview);

    public Snapshot Now
    {
        get
        {
            lock (_lock) return new Snapshot(_fractions.Values.Average(), _done, _steps.Step, _steps.Steps, _preview);
        }
    }

    public void Hear(JobEvent happened)
    {
        lock (_lock)
        {
            if (!_fractions.ContainsKey(happened.Job.Id)) return;
            switch (happened)
            {
                case JobProgressed progressed:
                    _fractions[happened.Job.Id] = progressed.Fraction;
                    _steps = (progressed.Value, progressed.Max);
                    break;
                case JobPreviewed preview:
                    _preview = (preview.Image.ToArray(), preview.ContentType);
                    break;
                case JobChanged { Job: var job } when job.State.HasEnded():
                    _fractions[job.Id] = 1;
                    _done++;
                    break;
            }
        }
    }
}
