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
    public double TurnSince { get; set; } = double.PositiveInfinity;

    /// <summary>Estimated seconds of service; not a number where estimates were not usable when the job came.</summary>
    public double Estimate { get; init; } = double.NaN;

    /// <summary>The decision that has placed it; a decision changes nothing else in the queue.</summary>
    public long PlacedBy { get; set; }

    public QueueEntry? Before, After, OrderBefore, OrderAfter;

    public bool ComesBefore(QueueEntry other) =>
        UrgentFrom < other.UrgentFrom || (UrgentFrom == other.UrgentFrom && Number < other.Number);
}
