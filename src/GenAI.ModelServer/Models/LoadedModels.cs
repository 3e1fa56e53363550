using System.Collections.Immutable;
using GenAI.ModelServer.Telemetry;

namespace GenAI.ModelServer.Models;

/// <summary>
/// The checkpoints in memory, most recently used first. The embedded engine has no weights to load:
/// loading takes the configured time, so that whoever schedules jobs sees what it would cost on a real machine.
/// </summary>
internal sealed partial class LoadedModels(
    ModelLibraryOptions options, ModelServerMetrics metrics, TimeProvider clock, ILogger<LoadedModels> logger)
{
    private readonly Lock _gate = new();
    private ImmutableArray<string> _files = [];

    public ImmutableArray<string> Files
    {
        get { lock (_gate) return _files; }
    }

    /// <summary>Brings <paramref name="file"/> into memory unless it is there. Only the running job calls this.</summary>
    /// <returns>The time it took; zero when it was there.</returns>
    public async Task<TimeSpan> EnsureAsync(string file, CancellationToken cancellationToken)
    {
        if (TryTouch(file)) return TimeSpan.Zero;

        var started = clock.GetTimestamp();
        await Task.Delay(options.LoadTime, clock, cancellationToken);
        var dropped = Add(file);

        var elapsed = clock.GetElapsedTime(started);
        metrics.ModelLoaded(elapsed, swapped: dropped.Length > 0);
        LogLoaded(file, elapsed.TotalMilliseconds, string.Join(", ", dropped));
        return elapsed;
    }

    public void Unload()
    {
        lock (_gate) _files = [];
    }

    private bool TryTouch(string file)
    {
        lock (_gate)
        {
            if (!_files.Contains(file)) return false;
            _files = [file, .. _files.Where(other => other != file)];
            return true;
        }
    }

    private ImmutableArray<string> Add(string file)
    {
        lock (_gate)
        {
            ImmutableArray<string> all = [file, .. _files.Where(other => other != file)];
            _files = [.. all.Take(options.MemorySlots)];
            return [.. all.Skip(options.MemorySlots)];
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Loaded {File} in {Milliseconds:F0} ms; dropped: [{Dropped}]")]
    private partial void LogLoaded(string file, double milliseconds, string dropped);
}
