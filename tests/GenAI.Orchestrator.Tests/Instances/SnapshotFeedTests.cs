using GenAI.Orchestrator.Instances;
using static GenAI.Orchestrator.Tests.Instances.TestInstances;

namespace GenAI.Orchestrator.Tests.Instances;

public sealed class SnapshotFeedTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotFeed _feed;

    public SnapshotFeedTests() => _feed = new SnapshotFeed(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_seen_nothing_or_another_version_gets_the_current_one_at_once()
    {
        Assert.Same(_feed.Current, await _feed.OtherThanAsync(null, Token));
        Assert.Same(_feed.Current, await _feed.OtherThanAsync(_feed.Current.Version + 57, Token));
        Assert.Same(_feed.Current, await _feed.OtherThanAsync(0, Token));
    }

    [Fact]
    public async Task Who_has_seen_the_current_one_waits_for_the_next()
    {
        var waiting = _feed.OtherThanAsync(_feed.Current.Version, Token);
        Assert.False(waiting.IsCompleted);

        _feed.Publish(Loaded(0.5), []);

        Assert.Same(_feed.Current, await waiting);
    }

    [Fact]
    public async Task Who_is_slow_to_come_back_gets_only_the_newest()
    {
        var seen = _feed.Current.Version;
        for (var i = 1; i <= 10; i++) _feed.Publish(Loaded(i / 10.0), []);

        var next = await _feed.OtherThanAsync(seen, Token);

        Assert.Equal(seen + 10, next.Version);
        Assert.Equal(1, next.Instances[0].LoadScore);
    }

    [Fact]
    public async Task Who_no_longer_waits_is_let_go()
    {
        using var left = new CancellationTokenSource();
        var waiting = _feed.OtherThanAsync(_feed.Current.Version, left.Token);

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Versions_grow_over_a_restart()
    {
        for (var i = 0; i < 100; i++) _feed.Publish(Loaded(i / 100.0), []);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(new SnapshotFeed(_time).Current.Version > _feed.Current.Version);
    }
}
