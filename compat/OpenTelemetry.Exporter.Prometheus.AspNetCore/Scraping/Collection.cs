namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>One collection and the scrapes that wait for it. Guarded by the collector's lock until it is published.</summary>
internal sealed class Collection
{
    private readonly Request[] _requests = [new(), new()];
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends, and never fails, when the collection is over.</summary>
    public Task Finished => _finished.Task;

    public bool Wants(ExpositionFormat format) => _requests[(int)format].Waiting > 0;

    /// <summary>The scrape that the caller must dispose; faulted when the format could not be rendered.</summary>
    public Task<Scrape> Join(ExpositionFormat format)
    {
        var request = _requests[(int)format];
        request.Waiting++;
        request.Completion ??= new TaskCompletionSource<Scrape>(TaskCreationOptions.RunContinuationsAsynchronously);
        return request.Completion.Task;
    }

    public void Rendered(ExpositionFormat format, ExpositionBuffer content) => _requests[(int)format].Content = content;

    public void Failed(ExpositionFormat format, Exception failure) => _requests[(int)format].Failure = failure;

    /// <summary>
    /// Makes the scrape of a format, held by everyone who waits for it and by one more holder, the cache. Null when there is
    /// nothing to hold.
    /// </summary>
    public Scrape? Publish(ExpositionFormat format, DateTimeOffset collectedAt, long timestamp)
    {
        var request = _requests[(int)format];
        if (request.Content is not { } content)
            return null;

        var length = content.Length;
        return request.Scrape = new Scrape(content.Detach(), length, collectedAt, timestamp, holders: request.Waiting + 1);
    }

    /// <summary>Answers everyone who waits. After <see cref="Publish"/>, when nobody can join any more.</summary>
    public void Complete(Exception? failure)
    {
        foreach (var request in _requests)
        {
            if (request.Scrape is { } scrape)
                request.Completion?.SetResult(scrape);
            else
                request.Completion?.SetException(request.Failure ?? failure ?? NothingCollected());
        }

        _finished.SetResult();
    }

    private static InvalidOperationException NothingCollected()
        => new("The meter provider collected nothing: it has been shut down.");

    private sealed class Request
    {
        public int Waiting;
        public TaskCompletionSource<Scrape>? Completion;
        public ExpositionBuffer? Content;
        public Scrape? Scrape;
        public Exception? Failure;
    }
}
