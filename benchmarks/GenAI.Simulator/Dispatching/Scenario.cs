using GenAI.Simulator.Traces;

namespace GenAI.Simulator.Dispatching;

/// <summary>What every policy meets: requests with their times, and instances, the same for the same seed.</summary>
internal sealed class Scenario
{
    public const string LargestTenant = "largest";

    private readonly DispatchSettings _settings;
    private readonly RequestTrace _trace;
    private readonly QuantileTable _checkpointLoad;
    private readonly QuantileTable _loraLoad;

    /// <exception cref="TraceFormatException">A file cannot be used, or does not fit the settings.</exception>
    public Scenario(DispatchSettings settings)
    {
        _settings = settings;
        Fleets = settings.Models;
        var trace = settings.Trace is { } path ? RequestTrace.Read(path) : Synthetic(seed: 0);
        Fleets = ModelFleet.Of(settings, trace);
        _trace = ModelFleet.Assign(trace, Fleets);
        _checkpointLoad = settings.Loads is null ? QuantileTable.Constant(IsHeavy ? 0 : 20) : QuantileTable.ReadComponent(settings.Loads, "base_model");
        _loraLoad = !settings.LoraLoads ? QuantileTable.Constant(0)
            : settings.Loads is null ? QuantileTable.Constant(4)
            : QuantileTable.ReadComponent(settings.Loads, "lora");
        Flooder = string.Equals(settings.FloodTenant, LargestTenant, StringComparison.Ordinal) ? Largest(_trace) : settings.FloodTenant;
    }

    public IReadOnlyList<ModelFleet> Fleets { get; }

    /// <summary>The tenant that sends more than its share; null when none does.</summary>
    public string? Flooder { get; }

    public int InstanceCount => Fleets.Sum(fleet => fleet.Instances);

    /// <summary>New instances of one of the <see cref="Fleets"/>, nothing loaded.</summary>
    /// <param name="before">Instances of the fleets before it; speeds are dealt out over all.</param>
    public SimInstance[] Instances(ModelFleet fleet, int before) =>
        [.. Enumerable.Range(0, fleet.Instances).Select(index => new SimInstance(index, _settings.Room, SpeedOf(before + index)))];

    /// <param name="factor">How many times its share the flooding tenant sends.</param>
    public IReadOnlyList<SimJob> Jobs(int seed, double factor) => Jobs(new Workload(TraceOf(seed), _checkpointLoad, _loraLoad), seed, factor);

    /// <summary>The same requests, were nothing ever loaded.</summary>
    public IReadOnlyList<SimJob> JobsWithoutLoads(int seed, double factor) =>
        Jobs(new Workload(TraceOf(seed), QuantileTable.Constant(0), QuantileTable.Constant(0)), seed, factor);

    /// <summary>Seconds of the n-th load that no request asked for.</summary>
    public Func<int, double> PrefetchSeconds(int seed) => new Workload(_trace, _checkpointLoad, _loraLoad).PrefetchSeconds(seed);

    private bool HasShape => _settings.Trace is null && !_settings.DrawnArrivals && !_settings.RecordedArrivals;

    /// <summary>Reference instances that do as much.</summary>
    private double Capacity => Enumerable.Range(0, Fleets.Count > 0 ? InstanceCount : _settings.Instances).Sum(SpeedOf);

    private IReadOnlyList<SimJob> Jobs(Workload workload, int seed, double factor)
    {
        var jobs = _settings.RecordedArrivals ? workload.Recorded(seed, _settings.Speed)
            : HasShape ? workload.Recorded(seed, speed: 1)
            : workload.Poisson(seed, _settings.Load, Capacity, _settings.Requests > 0 ? _settings.Requests : _trace.Rows.Count);
        return Flooder is null ? jobs : workload.Flooded(jobs, seed, Flooder, factor);
    }

    private RequestTrace TraceOf(int seed) => HasShape ? ModelFleet.Assign(Synthetic(seed), Fleets) : _trace;

    private string Shape => _settings.Synthetic ?? "poisson";

    /// <summary>It has one checkpoint, which is loaded everywhere.</summary>
    private bool IsHeavy => SyntheticTrace.IsHeavy(Shape);

    private RequestTrace Synthetic(int seed) => SyntheticTrace.Create(
        Shape, _settings.Zipf, _settings.Checkpoints, _settings.Tenants,
        _settings.Requests > 0 ? _settings.Requests : SyntheticTrace.DefaultRequests,
        SyntheticTrace.MeanSecondsOf(Shape) / (_settings.Load * Capacity), seed);

    private double SpeedOf(int index) => _settings.Speeds.Count == 0 ? 1 : _settings.Speeds[index % _settings.Speeds.Count];

    /// <summary>The tenant whose requests take the longest together.</summary>
    private static string Largest(RequestTrace trace) => trace.Rows
        .GroupBy(row => row.Tenant, StringComparer.Ordinal)
        .MaxBy(own => own.Sum(row => row.Execution))!.Key;
}
