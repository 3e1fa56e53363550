using GenAI.Scheduling.Scaling;

namespace GenAI.Simulator.Scaling.Rivals;

/// <summary>A constant number: the smallest that keeps the objective, which only one who knows the trace can choose.</summary>
internal sealed class StaticReplicas(int replicas) : IReplicaPolicy
{
    private const double Objective = 0.995;

    public string Name => "static";

    public double Interval => 3600;

    public bool StopsStartingFirst => false;

    public int Decide(ScalingObservation observation, DateTimeOffset now) => replicas;

    public static ScaleOutcome Smallest(IReadOnlyList<ScaleJob> jobs, ScaleSettings settings)
    {
        var (few, enough) = (0, 1);
        while (enough < settings.MaxInstances && Share(enough) < Objective) (few, enough) = (enough, Math.Min(enough * 2, settings.MaxInstances));
        while (enough - few > 1)
        {
            var middle = (few + enough) / 2;
            if (Share(middle) < Objective) few = middle;
            else enough = middle;
        }

        return Run(enough);

        ScaleOutcome Run(int count) => new ScaleSimulation(jobs, new StaticReplicas(count), settings with { Initial = count }).Replay();

        double Share(int count)
        {
            var waits = Run(count).Waits;
            return (double)waits.Count(wait => wait <= settings.MaxWaitSeconds) / waits.Count;
        }
    }
}
