using GenAI.Scheduling.Dispatch;
using GenAI.Simulator.Dispatching.Rivals;

namespace GenAI.Simulator.Dispatching;

/// <summary>Runs each policy once per seed and takes the medians.</summary>
internal sealed class DispatchExperiment
{
    private readonly DispatchSettings _settings;
    private readonly DispatchOptions _options;
    private readonly Scenario _scenario;
    private readonly List<double> _estimateErrors = [];
    private readonly List<FairnessFigures> _fairness = [];

    public DispatchExperiment(DispatchSettings settings)
    {
        _settings = settings;
        _options = new DispatchOptions
        {
            PassingOverLimit = TimeSpan.FromSeconds(settings.PassingOverLimit),
            Prefetch = settings.Prefetch,
            UsableEstimateError = settings.UsableEstimateError,
            LearnSpeeds = settings.KnowSpeeds == SpeedKnowledge.Learned,
        };
        _scenario = new Scenario(settings);
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
        var jobs = _scenario.Jobs(seed, _settings.FloodFactor);
        var (figures, dispatchers) = Simulate(jobs, seed, () => Create(name, seed), cancellation);
        if (dispatchers is not [GenAIDispatcher, ..]) return figures;

        _estimateErrors.AddRange(dispatchers.Cast<GenAIDispatcher>().Select(own => own.Queue.Services.MedianError));
        if (_scenario.Flooder is { } flooder)
        {
            var without = _scenario.Jobs(seed, factor: 0);
            var ordinary = _scenario.Jobs(seed, factor: 1);
            Simulate(without, seed, () => Create(name, seed), cancellation);
            Simulate(ordinary, seed, () => Create(name, seed), cancellation);
            _fairness.Add(FairnessFigures.Of(flooder, _scenario.InstanceCount, without, ordinary, jobs));
        }

        return figures;
    }

    private IDispatcher Create(string name, int seed) => Policies.Create(name, seed, _options, _settings.KnowSpeeds == SpeedKnowledge.Given);

    /// <summary>Models share neither queue nor instances: each is simulated by itself, and the figures are of all their requests.</summary>
    private (DispatchFigures Figures, IReadOnlyList<IDispatcher> Dispatchers) Simulate(
        IReadOnlyList<SimJob> jobs, int seed, Func<IDispatcher> create, CancellationToken cancellation, bool withFailures = true)
    {
        var instances = new List<SimInstance>();
        var dispatchers = new List<IDispatcher>();
        var loads = 0;
        var stable = true;
        foreach (var fleet in _scenario.Fleets)
        {
            var own = _scenario.Fleets.Count == 1 ? jobs : [.. jobs.Where(job => string.Equals(job.Model, fleet.Model, StringComparison.Ordinal))];
            var failures = withFailures && _settings.MeanUptime > 0 ? new Failures(seed + 1000 * instances.Count, _settings.MeanUptime, _settings.Repair) : null;
            var of = _scenario.Instances(fleet, instances.Count);
            instances.AddRange(of);
            if (own.Count == 0) continue;

            dispatchers.Add(create());
            var simulation = new DispatchSimulation(own, dispatchers[^1], of, failures, _scenario.PrefetchSeconds(seed));
            stable &= simulation.Run(cancellation).Stable;
            loads += simulation.Loads;
        }

        return (DispatchFigures.Of(dispatchers[0].Name, jobs, loads, stable, instances), dispatchers);
    }

    /// <summary>No loads and known execution times: shortest first for the mean, first in, first out for the tail, the better of both.</summary>
    private DispatchFigures RunBound(int seed, CancellationToken cancellation)
    {
        var (shortest, _) = Simulate(_scenario.JobsWithoutLoads(seed, _settings.FloodFactor), seed, () => new ClairvoyantShortestFirst(), cancellation, withFailures: false);
        var (first, _) = Simulate(_scenario.JobsWithoutLoads(seed, _settings.FloodFactor), seed, () => new LateFifoRival(), cancellation, withFailures: false);
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
}
