using System.Buffers;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// One rendered collection in a pooled buffer. Every holder (a response being written, the cache) disposes it once; the
/// buffer goes back to the pool with the last of them.
/// </summary>
internal sealed class Scrape(byte[] buffer, int length, DateTimeOffset collectedAt, long timestamp, int holders) : IDisposable
{
    private int _holders = holders;

    public ReadOnlyMemory<byte> Content => buffer.AsMemory(0, length);

    public DateTimeOffset CollectedAt { get; } = collectedAt;

    /// <summary>Monotonic time of the collection.</summary>
    public long Timestamp { get; } = timestamp;

    /// <summary>Adds a holder. Only a holder may call it, so that the buffer cannot be given back meanwhile.</summary>
    public Scrape Retain()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
