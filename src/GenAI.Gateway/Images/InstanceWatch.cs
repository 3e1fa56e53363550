using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing;

namespace GenAI.Gateway.Images;

/// <summary>
/// Looks, while a client waits for a request's jobs, whether they will be run: a model that is down, and a gateway that stops, are better said than
/// waited for. Jobs that run, on an instance that is being drained for example, are left alone.
/// </summary>
internal sealed class InstanceWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _enough = new();
    private readonly ITimer _timer;
    private readonly Fleet _fleet;
    private readonly JobDesk _desk;
    private readonly ImageBatch _batch;
    private readonly TimeSpan _limit;
    private readonly GatewayDrain _drain;
    private readonly TimeProvider _clock;
    private long? _since;

    public InstanceWatch(Fleet fleet, JobDesk desk, ImageBatch batch, TimeSpan limit, TimeProvider clock, GatewayDrain drain)
    {
        (_fleet, _desk, _batch, _limit, _drain, _clock) = (fleet, desk, batch, limit, drain, clock);
        _timer = clock.CreateTimer(static state => ((InstanceWatch)state!).Look(), this, Interval, Interval);
    }

    /// <summary>
    /// Cancelled when for so long there was no instance that takes jobs, or when the gateway stops: where jobs wait at once, where they run when
    /// its time is over.
    /// </summary>
    public CancellationToken Enough => _enough.Token;

    /// <summary>It is because the gateway stops.</summary>
    public bool IsStopping { get; private set; }

    public static bool HasInstance(Fleet fleet, string model, Func<FleetModel, string?> track) =>
        fleet.Current.TryGetModel(model, out var known) && known.Serves(track(known));

    public void Dispose()
    {
        _timer.Dispose();
        _enough.Dispose();
    }

    private void Look()
    {
        var positions = _batch.Ids.Select(_desk.OutlookOf).OfType<JobOutlook>().Select(outlook => outlook.Position).ToArray();
        if (_drain.IsDraining && (positions.Any(position => position > 0) || (_drain.Over.IsCancellationRequested && positions.Length > 0)))
        {
            IsStopping = true;
            End();
        }
        else if (_batch.Order.Terms.OutliveClient || positions.Contains(0) || HasInstance(_fleet, _batch.Order.Model.Name, _ => _batch.Jobs[0].Track))
        {
            _since = null;
        }
        else
        {
            _since ??= _clock.GetTimestamp();
            if (_clock.GetElapsedTime(_since.Value) >= _limit) End();
        }
    }

    private void End()
    {
        try
        {
            _enough.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The jobs have ended meanwhile.
        }
    }
}
