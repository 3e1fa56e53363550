using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Automatic1111;

/// <summary>What one caller has here: its requests that are being made, the oldest first, and the model that it chose. Thread-safe.</summary>
internal sealed class CallerSession
{
    private readonly Lock _lock = new();
    private readonly List<LiveRequest> _live = [];

    /// <summary>Null: the default one. As in the web UI it is kept until another is chosen; unlike there it is the caller's own.</summary>
    public string? Model { get; set; }

    public LiveRequest Begin(ImageBatch batch, DateTimeOffset now)
    {
        var request = new LiveRequest(batch, now);
        lock (_lock) _live.Add(request);
        return request;
    }

    public void End(LiveRequest request)
    {
        lock (_lock) _live.Remove(request);
    }

    /// <summary>That of which progress tells.</summary>
    public LiveRequest? Oldest
    {
        get
        {
            lock (_lock) return _live.Count == 0 ? null : _live[0];
        }
    }

    public IReadOnlyList<LiveRequest> All
    {
        get
        {
            lock (_lock) return [.. _live];
        }
    }

    public void Hear(JobEvent happened)
    {
        foreach (var request in All) request.Hear(happened);
    }
}
