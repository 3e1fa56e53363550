using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Routing.Balancing;

/// <summary>
/// How willingly a request is given to an instance; less is better. Healthy before degraded; then the fewest requests in flight through
/// this gateway plus the load score of its last probe (0..1), which so decides between instances that are otherwise equally busy.
/// Example: two in flight and score 0.1 (2.1) loses against one in flight and score 0.9 (1.9).
/// </summary>
internal readonly record struct InstanceRank(bool Degraded, double Load) : IComparable<InstanceRank>
{
    public static InstanceRank Of(Instance? instance, int inFlight) =>
        new(instance?.State == InstanceState.Degraded, inFlight + (instance?.LoadScore ?? 0));

    public int CompareTo(InstanceRank other)
    {
        var byState = Degraded.CompareTo(other.Degraded);
        return byState != 0 ? byState : Load.CompareTo(other.Load);
    }

    public static bool operator <(InstanceRank left, InstanceRank right) => left.CompareTo(right) < 0;

    public static bool operator >(InstanceRank left, InstanceRank right) => left.CompareTo(right) > 0;

    public static bool operator <=(InstanceRank left, InstanceRank right) => left.CompareTo(right) <= 0;

    public static bool operator >=(InstanceRank left, InstanceRank right) => left.CompareTo(right) >= 0;
}
