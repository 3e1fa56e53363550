namespace GenAI.Scheduling.Scaling;

/// <summary>What was measured of one model's instances and of its queue, at one moment.</summary>
/// <remarks>
/// Counters only grow, as Prometheus' do; the policy takes differences itself, and a counter that fell is one that restarted.
/// A number that was not measured is null, and a scaler that needs it has no opinion.
/// </remarks>
public sealed record ScalingObservation
{
    public required DateTimeOffset MeasuredAt { get; init; }

    /// <summary>Instances that take jobs; those being drained are not among them.</summary>
    public required int Ready { get; init; }

    /// <summary>Instances that were started and do not take jobs yet.</summary>
    public required int Starting { get; init; }

    /// <summary>How many of <see cref="Ready"/> and <see cref="Starting"/> are spot (preemptible) instances.</summary>
    public int Spot { get; init; }

    /// <summary>Jobs on instances.</summary>
    public required int Running { get; init; }

    /// <summary>Jobs accepted and on no instance yet.</summary>
    public required int Waiting { get; init; }

    /// <summary>Jobs accepted, ever.</summary>
    public required long Arrivals { get; init; }

    /// <summary>Jobs finished, ever, and the seconds that instances spent on them.</summary>
    public required long Completions { get; init; }

    public required double ServiceSeconds { get; init; }

    /// <summary>Jobs begun, ever, and how many of them had waited longer than the objective.</summary>
    public long Begun { get; init; }

    public long BegunLate { get; init; }

    /// <summary>Mean utilisation of the ready instances' GPUs, 0..1.</summary>
    public double? GpuUtilization { get; init; }

    /// <summary>Seconds from a start to the first job taken, as last measured.</summary>
    public double? ColdStartSeconds { get; init; }

    /// <summary>Instances that take jobs or soon will.</summary>
    public int Current => Ready + Starting;

    /// <summary>Jobs in the system: what a concurrency scaler scales on.</summary>
    public int Concurrency => Running + Waiting;
}
