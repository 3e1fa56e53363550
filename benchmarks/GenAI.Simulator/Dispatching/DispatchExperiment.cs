using GenAI.Scheduling.Dispatch;
using GenAI.Simulator.Dispatching.Rivals;
using GenAI.Simulator.Traces;

namespace GenAI.Simulator.Dispatching;

/// <summary>Runs each policy once per seed and takes the medians.</summary>
internal sealed class DispatchExperiment
{
    public const string LargestTenant = "largest";

    private readonly DispatchSettings _settings;
    private readonly DispatchOptions _options;
    private readonly RequestTrace _trace;
    private readonly QuantileTable _checkpointLoad;
    private readonly QuantileTable _loraLoad;
    private readonly Workload _workload;
    private readonly List<double> _estimateErrors = [];
    private readonly List<FairnessFigures> _fairness = [];
    private readonly string? _flooder;

    public DispatchExperiment(DispatchSettings settings)
    {
        _settings = settings;
        _options = new DispatchOptions { PassingOverLimit = TimeSpan.FromSeconds(settings.PassingOverLimit), Prefetch = settings.Prefetch };
        _trace = settings.Trace is { } path
            ? RequestTrace.Read(path)
            : SyntheticTrace.Create(settings.Synthetic ?? "poisson", settings.Zipf, settings.Checkpoints, settings.Tenants);
        _checkpointLoad = settings.Loads is null ? QuantileTable.Constant(20) : QuantileTable.ReadComponent(settings.Loads, "base_model");
        _loraLoad = !settings.LoraLoads ? QuantileTable.Constant(0)
            : settings.Loads is null ? QuantileTable.Constant(4)
            : QuantileTable.ReadComponent(settings.Loads, "lora");
        _workload = new Workload(_trace, _checkpointLoad, _loraLoad);
        _flooder = string.Equals(settings.FloodTenant, LargestTenant, StringComparison.Ordinal) ? Largest(_trace) : settings.FloodTenant;
    }

    /// <summary>Simulations that <see cref="Run"/> makes.</summary>
    public int Runs => _settings.Seeds * _settings.PolicyNames.Count;

    /// <summary>Median absolute error of genai's service-time estimates at the end of each run.</summary>
    public IReadOnlyList<double> EstimateErrors => _estimateErrors;

    /// <summary>With a flooding tenant, what it does to the others under genai; empty otherwise.</summary>
    public IReadOnlyList<FairnessFigures> Fairness => _fairness;

    public IReadOnlyList<DispatchFigures> Run(Action<string> ran, CancellationToken cancellation)
    {
        var medians = new List<DispatchFigures>();
        foreach (var name in _settings.PolicyNames)
        {
            var runs = new List<DispatchFigures>();
            for (var seed = 1; seed <= _settings.Seeds; seed++)
            {
                runs.Add(string.Equals(name, Policies.Bound, StringComparison.Ordinal) ? RunBound(seed, cancellation) : RunPolicy(name, seed, cancellation));
                ran(name);
            }

            medians.Add(DispatchFigures.MedianOf(runs));
        }

        return medians;
    }

    private DispatchFigures RunPolicy(string name, int seed, CancellationToken cancellation)
    {
        var jobs = Jobs(_workload, seed, _settings.FloodFactor);
        var (figures, dispatcher) = Simulate(name, seed, jobs, cancellation);
        if (dispatcher is not GenAIDispatcher own) return figures;

        _estimateErrors.Add(own.Queue.Services.MedianError);
        if (_flooder is not null)
        {
            var without = Jobs(_workload, seed, factor: 0);
            var ordinary = Jobs(_workload, seed, factor: 1);
            Simulate(name, seed, without, cancellation);
            Simulate(name, seed, ordinary, cancellation);
            _fairness.Add(FairnessFigures.Of(_flooder, _settings.Instances, without, ordinary, jobs));
        }

        return figures;
    }

    private (DispatchFigures Figures, IDispatcher Dispatcher) Simulate(string name, int seed, IReadOnlyList<SimJob> jobs, CancellationToken cancellation)
    {
        var dispatcher = Policies.Create(name, seed, _options);
        var failures = _settings.MeanUptime > 0 ? new Failures(seed, _settings.MeanUptime, _settings.Repair) : null;
        return (new DispatchSimulation(jobs, dispatcher, Instances(), failures, _workload.PrefetchSeconds(seed)).Run(cancellation), dispatcher);
    }

    /// <summary>No loads and known execution times: shortest first for the mean, first in, first out for the tail, the better of both.</summary>
    private DispatchFigures RunBound(int seed, CancellationToken cancellation)
    {
        var free = new Workload(_trace, QuantileTable.Constant(0), QuantileTable.Constant(0));
        var shortest = new DispatchSimulation(Jobs(free, seed, _settings.FloodFactor), new ClairvoyantShortestFirst(), Instances()).Run(cancellation);
        var first = new DispatchSimulation(Jobs(free, seed, _settings.FloodFactor), new LateFifoRival(), Instances()).Run(cancellation);
        return shortest with
        {
            Name = Policies.Bound,
            Mean = Math.Min(shortest.Mean, first.Mean),
            P50 = Math.Min(shortest.P50, first.P50),
            P95 = Math.Min(shortest.P95, first.P95),
            P99 = Math.Min(shortest.P99, first.P99),
            LoadsPerRequest = 0,
            MaxPassedOver = Math.Min(shortest.MaxPassedOver, first.MaxPassedOver),
            Stable = shortest.Stable || first.Stable,
        };
    }

    private IReadOnlyList<SimJob> Jobs(Workload workload, int seed, double factor)
    {
        var jobs = _settings.RecordedArrivals
            ? workload.Recorded(seed, _settings.Speed)
            : workload.Poisson(seed, _settings.Load, Instances().Sum(instance => instance.Speed), _settings.Requests > 0 ? _settings.Requests : _trace.Rows.Count);
        return _flooder is null ? jobs : workload.Flooded(jobs, seed, _flooder, factor);
    }

    private SimInstance[] Instances() =>
        [.. Enumerable.Range(0, _settings.Instances).Select(index =>
            new SimInstance(index, _settings.Room, _settings.Speeds.Count == 0 ? 1 : _settings.Speeds[index % _settings.Speeds.Count]))];

    /// <summary>The tenant whose requests take the longest together.</summary>
    private static string Largest(RequestTrace trace) => trace.Rows
        .GroupBy(row => row.Tenant, StringComparer.Ordinal)
        .MaxBy(own => own.Sum(row => row.Execution))!.Key;
}
