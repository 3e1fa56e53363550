using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing;

namespace GenAI.Gateway.Images;

/// <summary>
/// Looks, while a client waits for a request's jobs, whether anybody is there to run them: a model that is down is better said than waited for.
/// Jobs that run, on an instance that is being drained for example, are left alone.
/// </summary>
internal sealed class InstanceWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _nobody = new();
    private readonly ITimer _timer;
    private readonly Fleet _fleet;
    private readonly JobDesk _desk;
    private readonly ImageBatch _batch;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;
    private long? _since;

    public InstanceWatch(Fleet fleet, JobDesk desk, ImageBatch batch, TimeSpan limit, TimeProvider clock)
    {
        (_fleet, _desk, _batch, _limit, _clock) = (fleet, desk, batch, limit, clock);
        _timer = clock.CreateTimer(static state => ((InstanceWatch)state!).Look(), this, Interval, Interval);
    }

    /// <summary>Cancelled when for so long there was no instance that takes jobs.</summary>
    public CancellationToken Nobody => _nobody.Token;

    public static bool HasInstance(Fleet fleet, string model) =>
        fleet.Current.TryGetModel(model, out var known) && known.Instances.Any(instance => instance.State.TakesRequests());

    public void Dispose()
    {
        _timer.Dispose();
        _nobody.Dispose();
    }

    private void Look()
    {
        if (HasInstance(_fleet, _batch.Order.Model.Name) || _batch.Ids.Any(id => _desk.OutlookOf(id) is { Position: 0 }))
        {
            _since = null;
            return;
        }

        _since ??= _clock.GetTimestamp();
        if (_clock.GetElapsedTime(_since.Value) < _limit) return;
        try
        {
            _nobody.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The jobs have ended meanwhile.
        }
    }
}
