using GenAI.Simulator.Traces;

namespace GenAI.Simulator.Scaling;

/// <summary>Instances that die while they are ready: each after an exponential time, whatever the policy does.</summary>
/// <remarks>
/// Uniformisation: as many deaths come as if there were always the most instances, and each hits a place drawn at random; where
/// no instance stands nothing happens. Every policy so meets the same deaths.
/// </remarks>
/// <param name="MeanSeconds">Mean time between two failures of one instance.</param>
/// <param name="RepairSeconds">Until it takes jobs again; it is paid for meanwhile.</param>
internal sealed record InstanceFailures(double MeanSeconds, double RepairSeconds)
{
    private const int GapPurpose = 11, PlacePurpose = 12;

    public double Gap(int seed, int index, int most) => -Math.Log(1 - Mixing.Unit(seed, index, GapPurpose)) * MeanSeconds / most;

    public static int Place(int seed, int index, int most) => (int)(Mixing.Unit(seed, index, PlacePurpose) * most);
}
