using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Instances;
using static GenAI.Orchestrator.Tests.Instances.TestInstances;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace GenAI.Orchestrator.Tests.Instances;

public sealed class SnapshotPublisherTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotFeed _feed;
    private readonly SnapshotPublisher _publisher;
    private readonly long _first;

    public SnapshotPublisherTests()
    {
        _feed = new SnapshotFeed(_time);
        _publisher = new SnapshotPublisher(_feed, _time, MsOptions.Create(new InstancesOptions { LoadInterval = Interval }));
        _publisher.Offer(Loaded(0));
        _first = _feed.Current.Version;
    }

    private long Published => _feed.Current.Version - _first;

    public void Dispose() => _publisher.Dispose();

    [Fact]
    public void A_material_change_is_published_at_once()
    {
        _publisher.Offer([One with { State = InstanceState.Unhealthy }]);
        _publisher.Offer([One with { State = InstanceState.Degraded }]);

        Assert.Equal(2, Published);
    }

    [Fact]
    public void An_equal_list_makes_no_snapshot()
    {
        _time.Advance(Interval);
        _publisher.Offer(Loaded(0));
        _publisher.Offer([One with { LastSeen = _time.GetUtcNow() }]);
        _time.Advance(Interval);

        Assert.Equal(0, Published);
    }

    [Fact]
    public void Many_changes_of_load_make_one_snapshot_per_interval_with_the_latest()
    {
        for (var i = 1; i <= 50; i++)
        {
            _publisher.Offer(Loaded(i / 100.0));
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(5, Published);
        _time.Advance(Interval);
        Assert.Equal(0.5, _feed.Current.Instances[0].LoadScore);
    }

    [Fact]
    public void A_change_of_load_after_a_quiet_time_is_published_at_once()
    {
        _time.Advance(Interval);
        _publisher.Offer(Loaded(0.5));

        Assert.Equal(1, Published);
    }

    [Fact]
    public void A_load_that_is_back_where_it_was_makes_no_snapshot()
    {
        _publisher.Offer(Loaded(0.5));
        _publisher.Offer(Loaded(0));
        _time.Advance(Interval);

        Assert.Equal(0, Published);
    }

    [Fact]
    public void A_material_change_takes_the_waiting_load_with_it()
    {
        _publisher.Offer(Loaded(0.5));
        _publisher.Offer([One with { LoadScore = 0.5, State = InstanceState.Degraded }]);
        _time.Advance(10 * Interval);

        Assert.Equal(1, Published);
        Assert.Equal(0.5, _feed.Current.Instances[0].LoadScore);
    }
}
