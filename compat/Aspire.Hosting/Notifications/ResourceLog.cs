using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The lines of one resource or instance: a bounded backlog and its watchers.</summary>
internal sealed class ResourceLog(int maxLines)
{
    private readonly Queue<LogLine> _backlog = new();
    private readonly List<Channel<LogLine>> _watchers = [];
    private int _lastNumber;
    private bool _complete;

    public void Append(string content, bool isError)
    {
        lock (_backlog)
        {
            var line = new LogLine(++_lastNumber, content, isError);
            _backlog.Enqueue(line);
            if (_backlog.Count > maxLines)
                _backlog.Dequeue();
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(line);
        }
    }

    public IReadOnlyList<LogLine> Snapshot()
    {
        lock (_backlog)
            return [.. _backlog];
    }

    public void Clear()
    {
        lock (_backlog)
            _backlog.Clear();
    }

    public void Complete()
    {
        lock (_backlog)
        {
            _complete = true;
            foreach (var watcher in _watchers)
                watcher.Writer.TryComplete();
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // A slow watcher loses the oldest lines, as a late one does.
        var channel = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(maxLines) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_backlog)
        {
            foreach (var line in _backlog)
                channel.Writer.TryWrite(line);
            if (_complete)
                channel.Writer.TryComplete();
            _watchers.Add(channel);
        }

        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var batch = new List<LogLine>();
                while (channel.Reader.TryRead(out var line))
                    batch.Add(line);
                yield return batch;
            }
        }
        finally
        {
            lock (_backlog)
                _watchers.Remove(channel);
        }
    }
}
