using System.Collections.Immutable;
using GenAI.Contracts.Instances;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Instances;

/// <summary>
/// Turns what is known of the instances into snapshots: a material change at once, changes of load gathered so that they
/// make at most one snapshot per <see cref="InstancesOptions.LoadInterval"/>, and nothing at all when nothing differs.
/// </summary>
internal sealed class SnapshotPublisher : IDisposable
{
    private readonly SnapshotFeed _feed;
    private readonly TimeProvider _time;
    private readonly TimeSpan _loadInterval;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();

    private ImmutableArray<Instance> _latest = [];
    private ImmutableArray<ModelTraffic> _traffic = [];
    private long _publishedAt;
    private bool _scheduled;

    public SnapshotPublisher(SnapshotFeed feed, TimeProvider time, IOptions<InstancesOptions> options)
    {
        _feed = feed;
        _time = time;
        _loadInterval = options.Value.LoadInterval;
        _publishedAt = time.GetTimestamp();
        _timer = time.CreateTimer(_ => PublishScheduled(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="latest">Everything known now, ordered by id.</param>
    public void Offer(ImmutableArray<Instance> latest)
    {
        lock (_lock)
        {
            _latest = latest;
            var difference = SnapshotPolicy.Compare(_feed.Current.Instances, latest);
            if (difference == SnapshotDifference.None) return;

            var sincePublished = _time.GetElapsedTime(_publishedAt);
            if (difference == SnapshotDifference.Material || sincePublished >= _loadInterval) Publish();
            else if (!_scheduled) Schedule(_loadInterval - sincePublished);
        }
    }

    /// <param name="traffic">How requests are shared among release tracks, ordered by model.</param>
    /// <returns>False when that is nothing new.</returns>
    public bool Offer(ImmutableArray<ModelTraffic> traffic)
    {
        lock (_lock)
        {
            if (_traffic.SequenceEqual(traffic)) return false;
            _traffic = traffic;
            Publish();
            return true;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void PublishScheduled()
    {
        lock (_lock)
        {
            if (!_scheduled) return;
            _scheduled = false;
            if (SnapshotPolicy.Compare(_feed.Current.Instances, _latest) != SnapshotDifference.None) Publish();
        }
    }

    private void Schedule(TimeSpan after)
    {
        _scheduled = true;
        _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    private void Publish()
    {
        _scheduled = false;
        _publishedAt = _time.GetTimestamp();
        _feed.Publish(_latest, _traffic);
    }
}
