namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// Answers scrapes with as few collections as it can. A scrape takes, in this order: the last response while it is fresh;
/// the collection that runs, if that one renders its format; the collection that waits for its turn, whatever its format.
/// So at most one collection runs and one waits, however many scrapes come.
/// </summary>
/// <param name="collect">Runs a collection and renders what it wants; false when nothing was collected.</param>
/// <param name="cacheDuration">For how long a response is fresh.</param>
/// <param name="timeProvider">Measures it.</param>
internal sealed class ScrapeCollector(Func<Collection, bool> collect, TimeSpan cacheDuration, TimeProvider timeProvider) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Scrape?[] _latest = new Scrape?[2];
    private Collection? _running;
    private Collection? _waiting;

    /// <summary>The caller disposes the scrape when it has been written out.</summary>
    public Task<Scrape> ScrapeAsync(ExpositionFormat format)
    {
        Collection collection;
        Task<Scrape> scrape;
        Task turn;
        lock (_gate)
        {
            if (_latest[(int)format] is { } latest && IsFresh(latest))
                return Task.FromResult(latest.Retain());

            if (_running?.Wants(format) == true)
                return _running.Join(format);

            if (_waiting is not null)
                return _waiting.Join(format);

            _waiting = collection = new Collection();
            scrape = collection.Join(format);
            turn = _running?.Finished ?? Task.CompletedTask;
        }

        return LeadAsync(collection, turn, scrape);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (ref var latest in _latest.AsSpan())
            {
                latest?.Dispose();
                latest = null;
            }
        }
    }

    private bool IsFresh(Scrape scrape) => timeProvider.GetElapsedTime(scrape.Timestamp) < cacheDuration;

    /// <summary>No other collection can get in between: while this one waits, every scrape joins it or the running one.</summary>
    private async Task<Scrape> LeadAsync(Collection collection, Task turn, Task<Scrape> scrape)
    {
        await turn;
        lock (_gate)
        {
            (_waiting, _running) = (null, collection);
        }

        Run(collection);
        return await scrape;
    }

    private void Run(Collection collection)
    {
        Exception? failure = null;
        try
        {
            collect(collection);
        }
        catch (Exception exception)
        {
            // Handed to every scrape that waits: whatever happened, none of them may wait for ever.
            failure = exception;
        }

        lock (_gate)
        {
            _running = null;
            Keep(collection, ExpositionFormat.Text);
            Keep(collection, ExpositionFormat.OpenMetrics);
        }

        collection.Complete(failure);
    }

    private void Keep(Collection collection, ExpositionFormat format)
    {
        if (collection.Publish(format, timeProvider.GetUtcNow(), timeProvider.GetTimestamp()) is not { } scrape)
            return;

        ref var latest = ref _latest[(int)format];
        latest?.Dispose();
        latest = scrape;
    }
}
