using GenAI.Scheduling.Dispatch;

namespace GenAI.Simulator.Dispatching;

/// <summary>What is to be simulated.</summary>
internal sealed record DispatchSettings
{
    public string? Trace { get; init; }

    public string? Synthetic { get; init; }

    public double Zipf { get; init; } = 1;

    public int Checkpoints { get; init; } = 50;

    public int Tenants { get; init; } = 10;

    public string? Loads { get; init; }

    public int Instances { get; init; } = 8;

    /// <summary>Instances of each model, in place of <see cref="Instances"/>; empty: as the trace asks for models.</summary>
    public IReadOnlyList<ModelFleet> Models { get; init; } = [];

    public int Room { get; init; } = 1;

    public IReadOnlyList<double> Speeds { get; init; } = [];

    public double Load { get; init; } = 0.7;

    /// <summary>The trace's own arrivals, <see cref="Speed"/> times as fast.</summary>
    public bool RecordedArrivals { get; init; }

    /// <summary>Poisson arrivals even where a synthetic workload has a rhythm of its own.</summary>
    public bool DrawnArrivals { get; init; }

    public double Speed { get; init; } = 1;

    public int Requests { get; init; }

    public int Seeds { get; init; } = 5;

    public bool LoraLoads { get; init; }

    public double MeanUptime { get; init; }

    public double Repair { get; init; } = 120;

    public string? FloodTenant { get; init; }

    public double FloodFactor { get; init; } = 10;

    public IReadOnlyList<string> PolicyNames { get; init; } = Policies.Names;

    public double PassingOverLimit { get; init; } = DispatchOptions.DefaultPassingOverLimit.TotalSeconds;

    public bool Prefetch { get; init; }

    public bool Json { get; init; }

    public string? Csv { get; init; }

    public string? Plot { get; init; }

    public string Title =>
        $"{Path.GetFileName(Trace) ?? Synthetic ?? "poisson"}, {(Models.Count == 0 ? $"{Instances} instances" : string.Join(", ", Models.Select(fleet => $"{fleet.Instances} {fleet.Model}")))}, "
        + (RecordedArrivals ? $"recorded arrivals at speed {Speed}" : $"load {Load}")
        + (FloodTenant is null ? "" : $", {FloodTenant} sends {FloodFactor} times its share")
        + $", {Seeds} seeds";
}
