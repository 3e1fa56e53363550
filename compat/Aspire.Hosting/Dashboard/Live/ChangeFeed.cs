namespace Aspire.Hosting.Dashboard.Live;

/// <summary>Tells a page which of its topics have changed, at most four times a second, however often they do.</summary>
internal sealed class ChangeFeed(Changes changes, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public async Task RunAsync(IReadOnlyCollection<Topic> topics, Func<string, Task> send, CancellationToken cancellationToken)
    {
        var seen = topics.ToDictionary(topic => topic, changes.CountOf);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var changed = topics.Where(topic => changes.CountOf(topic) != seen[topic]).ToArray();
            if (changed.Length == 0)
                continue;
            foreach (var topic in changed)
                seen[topic] = changes.CountOf(topic);
            await send(string.Join(',', changed).ToLowerInvariant());
        }
    }
}
