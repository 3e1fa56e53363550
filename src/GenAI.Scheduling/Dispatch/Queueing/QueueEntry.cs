using GenAI.Scheduling.Dispatch.Learning;

namespace GenAI.Scheduling.Dispatch.Queueing;

/// <summary>A waiting job and its places in the queue's lists.</summary>
internal sealed class QueueEntry(DispatchJob job, CheckpointLane lane, Tenant tenant, double urgentFrom, long number)
{
    public DispatchJob Job { get; } = job;

    public CheckpointLane Lane { get; } = lane;

    public Tenant Tenant { get; } = tenant;

    /// <summary>The moment from which its urgency counts: arrival, shifted by priority and deadline.</summary>
    public double UrgentFrom { get; } = urgentFrom;

    public long Number { get; } = number;

    /// <summary>How many jobs must have been started for its turn to come.</summary>
    public long TurnAfter { get; set; }

    /// <summary>When its turn came; infinite before.</summary>
    public double TurnSince { get; private set; } = double.PositiveInfinity;

    public double ClockAtTurn { get; private set; }

    public required double EnqueuedAt { get; init; }

    public required double ClockWhenEnqueued { get; init; }

    /// <summary>Seconds by which it counts among its tenant's waiting work.</summary>
    public required double ChargedAsWaiting { get; init; }

    /// <summary>Estimated seconds of service; not a number where estimates were not usable when the job came.</summary>
    public double Estimate { get; init; } = double.NaN;

    /// <summary>The decision that has placed it; a decision changes nothing else in the queue.</summary>
    public long PlacedBy { get; set; }

    /// <summary>The decision that has placed it on a free instance.</summary>
    public long StartedBy { get; set; }

    public QueueEntry? Before, After, OrderBefore, OrderAfter;

    /// <summary>How long it has been passed over, if others were started: since its turn, while its tenant was within its share.</summary>
    public double PassedOver(double now) => double.IsInfinity(TurnSince) ? 0 : Tenant.Clock(now) - ClockAtTurn;

    /// <summary>How long it has waited, while its tenant was within its share.</summary>
    public double Waited(double now) => Math.Max(0, EnqueuedAt - UrgentFrom + Tenant.Clock(now) - ClockWhenEnqueued);

    /// <summary>Seconds that it is expected to run on the reference GPU; as long as all do on average where nothing else is known.</summary>
    public double Service(double mean) => double.IsNaN(Estimate) ? mean : Estimate;

    public void ComeInTurn(double now)
    {
        TurnSince = now;
        ClockAtTurn = Tenant.Clock(now);
    }

    public bool ComesBefore(QueueEntry other) =>
        UrgentFrom < other.UrgentFrom || (UrgentFrom == other.UrgentFrom && Number < other.Number);
}
