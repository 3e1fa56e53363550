using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>
/// One ComfyUI runs one prompt at a time, and there are clients that take any <c>execution_success</c> for the end of the prompt that they
/// follow. So while a client is being told of other jobs, a job's <c>execution_success</c> waits for them, though not for long; that the job
/// is done it hears at once by <c>executed</c> and by <c>executing</c> without a node, which name the job.
/// </summary>
internal sealed class SuccessHolding : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<SocketKey, Story> _stories = [];
    private readonly SocketSessions _sessions;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    public SuccessHolding(SocketSessions sessions, IOptions<ComfyUIOptions> options, TimeProvider clock)
    {
        (_sessions, _patience, _clock) = (sessions, options.Value.Sockets.SuccessPatience, clock);
        _timer = clock.CreateTimer(_ => ReleaseOverdue(), null, Tick, Tick);
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
            if (story.Jobs.Count > 0) return [];
            _stories.Remove(key);
            return [.. story.Held.Select(held => held.Message)];
        }
    }

    public void Dispose() => _timer.Dispose();

    private void ReleaseOverdue()
    {
        var overdue = new List<(SocketKey Key, OutboundMessage Message)>();
        lock (_gate)
        {
            foreach (var (key, story) in _stories)
            {
                while (story.Held.TryPeek(out var held) && _clock.GetElapsedTime(held.Since) >= _patience)
                    overdue.Add((key, story.Held.Dequeue().Message));
            }
        }

        foreach (var (key, message) in overdue) _sessions.Find(key)?.Post(message);
    }

    private sealed class Story
    {
        public HashSet<string> Jobs { get; } = new(StringComparer.Ordinal);

        public Queue<(OutboundMessage Message, long Since)> Held { get; } = new();
    }
}
