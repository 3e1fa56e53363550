using System.Collections.Immutable;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing.Snapshots;
using static GenAI.Gateway.Tests.Fakes.Snapshots;

namespace GenAI.Gateway.Tests.Routing;

public sealed class SnapshotReconcilerTests
{
    private static readonly Uri Here = new("http://localhost:8188");
    private static readonly Uri There = new("http://localhost:8288");

    [Theory]
    [InlineData(InstanceState.Healthy, InstanceState.Starting, InstanceState.Healthy)]
    [InlineData(InstanceState.Degraded, InstanceState.Starting, InstanceState.Degraded)]
    [InlineData(InstanceState.Healthy, InstanceState.Unhealthy, InstanceState.Unhealthy)]
    [InlineData(InstanceState.Healthy, InstanceState.Draining, InstanceState.Draining)]
    [InlineData(InstanceState.Unhealthy, InstanceState.Starting, InstanceState.Starting)]
    public void The_first_snapshot_of_a_connection_keeps_what_worked_until_it_is_judged(InstanceState before, InstanceState now, InstanceState expected)
    {
        var result = SnapshotReconciler.Reconcile(
            Of(1, Instance(Flux, 0, Here, before)), Of(2, Instance(Flux, 0, Here, now)), isFirst: true, []);

        Assert.Equal(expected, result.Snapshot.Instances.Single().State);
    }

    [Fact]
    public void A_later_snapshot_is_believed()
    {
        var result = SnapshotReconciler.Reconcile(
            Of(1, Instance(Flux, 0, Here)), Of(2, Instance(Flux, 0, Here, InstanceState.Starting)), isFirst: false, []);

        Assert.Equal(InstanceState.Starting, result.Snapshot.Instances.Single().State);
    }

    [Fact]
    public void What_is_kept_stays_kept_until_the_control_plane_says_something_else()
    {
        var before = Of(1, Instance(Flux, 0, Here));
        var first = SnapshotReconciler.Reconcile(before, Of(2, Instance(Flux, 0, Here, InstanceState.Starting)), isFirst: true, []);
        var second = SnapshotReconciler.Reconcile(
            first.Snapshot, Of(3, Instance(Flux, 0, Here, InstanceState.Starting)), isFirst: false, first.Unjudged);
        var judged = SnapshotReconciler.Reconcile(
            second.Snapshot, Of(4, Instance(Flux, 0, Here, InstanceState.Healthy)), isFirst: false, second.Unjudged);
        var restarted = SnapshotReconciler.Reconcile(
            judged.Snapshot, Of(5, Instance(Flux, 0, Here, InstanceState.Starting)), isFirst: false, judged.Unjudged);

        Assert.Equal(InstanceState.Healthy, second.Snapshot.Instances.Single().State);
        Assert.Empty(judged.Unjudged);
        Assert.Equal(InstanceState.Starting, restarted.Snapshot.Instances.Single().State);
    }

    [Fact]
    public void An_instance_at_another_address_is_another_instance()
    {
        var result = SnapshotReconciler.Reconcile(
            Of(1, Instance(Flux, 0, Here)), Of(2, Instance(Flux, 0, There, InstanceState.Starting)), isFirst: true, []);

        Assert.Equal(InstanceState.Starting, result.Snapshot.Instances.Single().State);
    }

    [Fact]
    public void What_cannot_be_routed_to_is_left_out_and_named()
    {
        var good = Instance(Flux, 0, Here);
        var result = SnapshotReconciler.Reconcile(
            InstanceSnapshot.Empty,
            Of(
                1,
                good,
                Instance(Flux, 1, new Uri("ftp://localhost")),
                Instance(Flux, 2, new Uri("/relative", UriKind.Relative)),
                Instance("{a}/b", 3, Here),
                Instance("", 4, Here),
                good with { Endpoint = There }),
            isFirst: true,
            ImmutableHashSet<string>.Empty);

        Assert.Same(good, result.Snapshot.Instances.Single());
        Assert.Equal(5, result.Problems.Length);
        Assert.Contains("'ftp://localhost/'", result.Problems[0], StringComparison.Ordinal);
        Assert.Contains("'{a}/b'", result.Problems[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 250)]
    [InlineData(2, 500)]
    [InlineData(5, 4000)]
    [InlineData(7, 10000)]
    [InlineData(100000, 10000)]
    public void The_back_off_doubles_up_to_ten_seconds(int failures, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ReconnectBackoff.After(failures));
}
