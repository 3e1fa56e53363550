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
        for (var seed = 1; seed <= (workload.Random ? seeds : 1); seed++)
        {
            progress($"seed {seed}");
            runs.Add(Run(workload.Draw(seed), alone, cancellation));
        }

        return [.. Enumerable.Range(0, runs[0].Count).Select(policy => ScaleFigures.MedianOf([.. runs.Select(run => run[policy])]))];
    }

    /// <summary>What our own policy did, decision by decision, on the first seed.</summary>
    public IReadOnlyList<ScaleSample> Timeline()
    {
        var timeline = new List<ScaleSample>();
        new ScaleSimulation(workload.Draw(1), Policies().First(), settings, timeline).Run();
        return timeline;
    }

    private List<ScaleFigures> Run(IReadOnlyList<ScaleJob> jobs, bool alone, CancellationToken cancellation)
    {
        var figures = new List<ScaleFigures>();
        foreach (var policy in alone ? Policies().Take(1) : Policies()) figures.Add(new ScaleSimulation(jobs, policy, settings).Run(cancellation));
        if (alone) return figures;
        figures.Add(StaticReplicas.Smallest(jobs, settings));
        figures.Add(ClairvoyantReplicas.Bound(jobs, settings));
        return figures;
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
