namespace GenAI.Scheduling.Dispatch.Queueing;

/// <summary>
/// What one decision works out about a checkpoint. It is kept with the lane so that a decision allocates nothing for it,
/// and is meaningless between decisions.
/// </summary>
internal sealed class LaneOutlook
{
    /// <summary>The next job to be placed.</summary>
    public QueueEntry? Next { get; set; }

    public int Unplaced { get; set; }

    /// <summary>Instances that hold the checkpoint, or will by plan.</summary>
    public int Copies { get; set; }

    /// <summary>The first of them in <see cref="Planning.FleetOutlook"/>'s slots; -1 when none does.</summary>
    public int FirstSlot { get; set; } = -1;

    public double DemandPerSecond { get; set; }

    public double LoadCold { get; set; }

    public double LoadCached { get; set; }

    /// <summary>Seconds of loading expected for giving up a copy; not a number until it is asked for.</summary>
    public double LossOfCopy { get; set; } = double.NaN;

    public int BestInstance { get; set; } = -1;

    public PairingCosts BestCosts { get; set; }

    public int RunnerUp { get; set; } = -1;

    public PairingCosts RunnerUpCosts { get; set; }

    /// <summary>Urgency removed per second of instance time, were the lane served next.</summary>
    public double Rank { get; set; }
}
