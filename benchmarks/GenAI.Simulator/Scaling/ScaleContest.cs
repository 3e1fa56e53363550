using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Scalers;
using GenAI.Simulator.Scaling.Rivals;

namespace GenAI.Simulator.Scaling;

/// <summary>Every policy on the same jobs, seed by seed; the median of each figure.</summary>
internal sealed class ScaleContest(ScaleWorkload workload, ScaleSettings settings, ScalingPolicyDefinition ours)
{
    private const double OurInterval = 5;
    private const double HpaInterval = 15;
    private const double KpaInterval = 2;

    /// <summary>Jobs per instance that the standard scalers aim at: where both come closest to 99.5 % with the fewest GPU-hours.</summary>
    private const double TargetConcurrency = 0.75;

    public IReadOnlyList<ScaleFigures> Run(int seeds, bool alone, Action<string> progress, CancellationToken cancellation)
    {
        var runs = new List<IReadOnlyList<ScaleFigures>>();
        for (var seed = 1; seed <= (Random ? seeds : 1); seed++)
        {
            progress($"seed {seed} of {(Random ? seeds : 1)}");
            runs.Add(Run(workload.Draw(seed), settings with { Seed = seed }, alone, policy => progress($"  {policy}"), cancellation));
        }

        return [.. Enumerable.Range(0, runs[0].Count).Select(policy => ScaleFigures.MedianOf([.. runs.Select(run => run[policy])]))];
    }

    /// <summary>Whether seeds make a difference.</summary>
    private bool Random => workload.Random || settings.Failures is not null;

    /// <summary>What our own policy did for the busiest model, decision by decision, on the first seed.</summary>
    public (string Model, IReadOnlyList<ScaleSample> Samples) Timeline()
    {
        var timeline = new List<ScaleSample>();
        var models = Models(workload.Draw(1), settings);
        var (jobs, own) = models.MaxBy(model => model.Jobs.Count);
        new ScaleSimulation(jobs, Policies().First(), own, timeline).Run();
        return (models.Count > 1 ? jobs[0].Model : "", timeline);
    }

    /// <summary>Each model has instances and a scaler of its own; all are paid for until the trace ends.</summary>
    private static List<(IReadOnlyList<ScaleJob> Jobs, ScaleSettings Settings)> Models(IReadOnlyList<ScaleJob> jobs, ScaleSettings settings) =>
        [.. jobs.GroupBy(job => job.Model, StringComparer.Ordinal).OrderBy(model => model.Key, StringComparer.Ordinal)
            .Select(model => ((IReadOnlyList<ScaleJob>)[.. model], settings with { End = jobs[^1].Arrival }))];

    private List<ScaleFigures> Run(IReadOnlyList<ScaleJob> jobs, ScaleSettings seeded, bool alone, Action<string> progress, CancellationToken cancellation)
    {
        var models = Models(jobs, seeded);
        var figures = new List<ScaleFigures>();
        foreach (var name in Policies().Select(policy => policy.Name).Take(alone ? 1 : int.MaxValue))
            Add(name, model => new ScaleSimulation(model.Jobs, Policies().First(policy => policy.Name == name), model.Settings).Replay(cancellation));
        if (alone) return figures;
        Add("static", model => StaticReplicas.Smallest(model.Jobs, model.Settings));
        Add("bound", model => ClairvoyantReplicas.Bound(model.Jobs, model.Settings));
        return figures;

        void Add(string name, Func<(IReadOnlyList<ScaleJob> Jobs, ScaleSettings Settings), ScaleOutcome> outcome)
        {
            progress(name);
            figures.AddRange(ScaleFigures.Of(name, seeded.MaxWaitSeconds, [.. models.Select(outcome)]));
        }
    }

    private IEnumerable<IReplicaPolicy> Policies()
    {
        var most = settings.MaxInstances;
        var knative = KpaSettings.Default with { TargetConcurrency = TargetConcurrency };
        yield return new PolicyRunner("genai", OurInterval, false, ours);
        yield return PolicyRunner.Standard("hpa", HpaInterval, true, HpaSettings.Default with { TargetConcurrency = TargetConcurrency }, most);
        yield return PolicyRunner.Standard("kpa", KpaInterval, true, knative, most);
        yield return PolicyRunner.Standard(
            "kpa-delay", KpaInterval, true, knative with { ScaleDownDelay = TimeSpan.FromSeconds(300) }, most);
        yield return PolicyRunner.Standard("specification", HpaInterval, false, SpecificationSettings.Default, most);
        yield return new SwarmUiReplicas(most);
    }
}
