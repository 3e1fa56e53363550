using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Instances;

/// <summary>How many may watch at once.</summary>
internal sealed class WatcherLimit(IOptions<InstancesOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.MaxWatchers);

    /// <summary>One place, given back when it is disposed; null when all are taken.</summary>
    public IDisposable? TryEnter() => _free.Wait(TimeSpan.Zero) ? new Place(_free) : null;

    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
