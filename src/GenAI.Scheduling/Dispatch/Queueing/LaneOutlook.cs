using GenAI.Scheduling.Dispatch.Planning;

namespace GenAI.Scheduling.Dispatch.Queueing;

/// <summary>
/// What one decision works out about a checkpoint. It is kept with the lane so that a decision allocates nothing for it,
/// and is meaningless between decisions.
/// </summary>
internal sealed class LaneOutlook
{
    /// <summary>The decision that the rest belongs to; what an older one thought is void.</summary>
    public long Decision { get; set; }

    /// <summary>The oldest job that is not placed and may be.</summary>
    public QueueEntry? First { get; set; }

    /// <summary>The next job to be placed.</summary>
    public QueueEntry? Next { get; set; }

    /// <summary>The most urgent job from <see cref="MostUrgentFrom"/> on; null until it is asked for.</summary>
    public QueueEntry? MostUrgent { get; set; }

    public QueueEntry? MostUrgentFrom { get; set; }

    public int Unplaced { get; set; }

    /// <summary>Instances that hold the checkpoint, or will by plan.</summary>
    public int Copies { get; set; }

    /// <summary>The first of them in <see cref="CheckpointSlots"/>; -1 when none does.</summary>
    public int FirstSlot { get; set; } = -1;

    /// <summary>Arrivals per second; not a number until it is asked for, as are the next two.</summary>
    public double DemandPerSecond { get; set; } = double.NaN;

    public double LoadCold { get; set; } = double.NaN;

    public double LoadCached { get; set; } = double.NaN;

    /// <summary>Seconds of loading expected for giving up a copy; not a number until it is asked for.</summary>
    public double LossOfCopy { get; set; } = double.NaN;

    /// <summary>Seconds of loading that one more copy is expected to save, with as many as <see cref="GainKnownFor"/>.</summary>
    public double GainOfCopy { get; set; }

    /// <summary>-1 until it is asked for.</summary>
    public int GainKnownFor { get; set; } = -1;

    /// <summary>Where the next job would go.</summary>
    public Choice Choice;
}
