using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>
/// One ComfyUI runs one prompt at a time, and there are clients that take any <c>execution_success</c> for the end of the prompt that they
/// follow. So while a client is being told of other jobs, a job's <c>execution_success</c> waits for them, though not for long; that the job
/// is done it hears at once by <c>executed</c> and by <c>executing</c> without a node, which name the job.
/// </summary>
internal sealed class SuccessHolding : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SocketKey, Story> _stories = [];
    private readonly SocketSessions _sessions;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private bool _isSet;

    public SuccessHolding(SocketSessions sessions, IOptions<ComfyUIOptions> options, TimeProvider clock)
    {
        (_sessions, _patience, _clock) = (sessions, options.Value.Sockets.SuccessPatience, clock);
        _timer = clock.CreateTimer(_ => ReleaseOverdue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The client is being told of the job.</summary>
    public void Begin(SocketKey key, string job)
    {
        lock (_gate)
        {
            if (!_stories.TryGetValue(key, out var story)) _stories[key] = story = new Story();
            story.Jobs.Add(job);
        }
    }

    /// <summary>It is told no more of the job, which has ended or waits again.</summary>
    /// <param name="key">The client.</param>
    /// <param name="job">The job's id.</param>
    /// <param name="success">The message that is to wait for the others; null for none.</param>
    /// <returns>What may be told now.</returns>
    public IReadOnlyList<OutboundMessage> End(SocketKey key, string job, OutboundMessage? success)
    {
        lock (_gate)
        {
            if (!_stories.TryGetValue(key, out var story)) return success is { } only ? [only] : [];
            story.Jobs.Remove(job);
            if (success is { } message) story.Held.Enqueue((message, _clock.GetTimestamp()));
            if (story.Jobs.Count > 0)
            {
                if (success is not null && !_isSet) Set(_patience);
                return [];
            }

            _stories.Remove(key);
            return [.. story.Held.Select(held => held.Message)];
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Set(TimeSpan wait)
    {
        _isSet = true;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void ReleaseOverdue()
    {
        var overdue = new List<(SocketKey Key, OutboundMessage Message)>();
        lock (_gate)
        {
            _isSet = false;
            TimeSpan? next = null;
            foreach (var (key, story) in _stories)
            {
                while (story.Held.TryPeek(out var held) && _clock.GetElapsedTime(held.Since) >= _patience)
                    overdue.Add((key, story.Held.Dequeue().Message));
                if (story.Held.TryPeek(out var waiting) && _patience - _clock.GetElapsedTime(waiting.Since) is var left && !(left >= next)) next = left;
            }

            if (next is { } wait) Set(wait);
        }

        foreach (var (key, message) in overdue) _sessions.Find(key)?.Post(message);
    }

    private sealed class Story
    {
        public HashSet<string> Jobs { get; } = new(StringComparer.Ordinal);

        public Queue<(OutboundMessage Message, long Since)> Held { get; } = new();
    }
}
