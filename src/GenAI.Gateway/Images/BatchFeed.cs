using System.Collections.Frozen;
using System.Threading.Channels;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Images;

/// <summary>What happens to some jobs, for one reader; who reads too slowly misses what is old, and holds up nobody.</summary>
internal sealed class BatchFeed : IDisposable
{
    private const int Kept = 64;

    private readonly Channel<JobEvent> _events = Channel.CreateBounded<JobEvent>(
        new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly FrozenSet<string> _ids;
    private readonly IDisposable _listening;

    public BatchFeed(JobEvents events, IEnumerable<string> ids)
    {
        _ids = ids.ToFrozenSet(StringComparer.Ordinal);
        _listening = events.Listen(Hear);
    }

    public ChannelReader<JobEvent> Reader => _events.Reader;

    /// <summary>Ends the feed when the task does.</summary>
    public async Task<T> EndWithAsync<T>(Task<T> task)
    {
        try
        {
            return await task;
        }
        finally
        {
            _events.Writer.TryComplete();
        }
    }

    public void Dispose() => _listening.Dispose();

    private void Hear(JobEvent happened)
    {
        // Frames and messages are for ComfyUI's clients.
        if (happened is not JobMessage && _ids.Contains(happened.Job.Id)) _events.Writer.TryWrite(happened);
    }
}
