using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Instances;

/// <summary>How many may watch at once. It is only a count: a watch may give its place back after the host has been disposed.</summary>
internal sealed class WatcherLimit(IOptions<InstancesOptions> options)
{
    private readonly int _places = options.Value.MaxWatchers;
    private int _taken;

    /// <summary>One place, given back when it is disposed; null when all are taken.</summary>
    public IDisposable? TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= _places) return new Place(this);
        Interlocked.Decrement(ref _taken);
        return null;
    }

    private sealed class Place(WatcherLimit limit) : IDisposable
    {
        private WatcherLimit? _limit = limit;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _limit, null) is { } taken) Interlocked.Decrement(ref taken._taken);
        }
    }
}
