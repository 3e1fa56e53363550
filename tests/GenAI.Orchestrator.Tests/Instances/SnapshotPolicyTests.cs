using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Instances;
using static GenAI.Orchestrator.Tests.Instances.TestInstances;

namespace GenAI.Orchestrator.Tests.Instances;

public sealed class SnapshotPolicyTests
{
    public static TheoryData<string, Func<Instance, Instance>, string> Changes => new()
    {
        { "nothing", instance => instance with { }, "None" },
        { "an equal list of checkpoints", instance => instance with { Loaded = ["a", "b"] }, "None" },
        { "last seen", instance => instance with { LastSeen = DateTimeOffset.UnixEpoch }, "None" },
        { "load", instance => instance with { LoadScore = 0.5 }, "Load" },
        { "queue", instance => instance with { QueueLength = 1 }, "Load" },
        { "reason", instance => instance with { Reason = "another" }, "Load" },
        { "state", instance => instance with { State = InstanceState.Unhealthy }, "Material" },
        { "endpoint", instance => instance with { Endpoint = new Uri("http://localhost:2") }, "Material" },
        { "version", instance => instance with { Version = "2" }, "Material" },
        { "track", instance => instance with { Track = "canary" }, "Material" },
        { "another checkpoint", instance => instance with { Loaded = ["a", "c"] }, "Material" },
        { "another order of checkpoints", instance => instance with { Loaded = ["b", "a"] }, "Material" },
        { "id", instance => instance with { Id = "flux-1-dev-1" }, "Material" },
        { "load and state", instance => instance with { LoadScore = 1, State = InstanceState.Degraded }, "Material" },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Changes))]
    public void A_change_is_weighed_by_what_it_means_to_those_who_route(string what, Func<Instance, Instance> change, string expected) =>
        Assert.Equal((what, expected), (what, SnapshotPolicy.Compare([One], [change(One)]).ToString()));

    [Fact]
    public void An_instance_that_comes_or_goes_is_material()
    {
        Assert.Equal(SnapshotDifference.Material, SnapshotPolicy.Compare([], [One]));
        Assert.Equal(SnapshotDifference.Material, SnapshotPolicy.Compare([One], []));
    }

    [Fact]
    public void The_greatest_difference_of_all_instances_counts()
    {
        var two = One with { Id = "flux-1-dev-1" };

        Assert.Equal(
            SnapshotDifference.Material,
            SnapshotPolicy.Compare([One, two], [One with { LoadScore = 1 }, two with { State = InstanceState.Unhealthy }]));
        Assert.Equal(SnapshotDifference.Load, SnapshotPolicy.Compare([One, two], [One with { LoadScore = 1 }, two]));
    }
}
