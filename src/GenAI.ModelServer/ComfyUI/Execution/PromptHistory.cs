using System.Collections.Immutable;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>The finished jobs, oldest first; bounded in number and bytes, the oldest go first.</summary>
internal sealed class PromptHistory(JobOptions options)
{
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, HistoryEntry> _entries = new(StringComparer.Ordinal);
    private long _bytes;

    public void Add(HistoryEntry entry)
    {
        lock (_gate)
        {
            Drop(entry.Job.Id);
            _entries.Add(entry.Job.Id, entry);
            _bytes += entry.Bytes;
            while (_entries.Count > 1 && (_entries.Count > options.HistoryCount || _bytes > options.HistoryBytes))
                Drop(_entries.GetAt(0).Key);
        }
    }

    public HistoryEntry? Find(string id)
    {
        lock (_gate) return _entries.GetValueOrDefault(id);
    }

    /// <param name="maxItems">At most so many; null for all.</param>
    /// <param name="offset">Counted from the oldest; negative for the last <paramref name="maxItems"/>, as in ComfyUI.</param>
    public ImmutableArray<HistoryEntry> Page(int? maxItems, int offset)
    {
        lock (_gate)
        {
            var start = offset >= 0 ? offset : _entries.Count - (maxItems ?? _entries.Count);
            return [.. _entries.Values.Skip(Math.Max(start, 0)).Take(maxItems ?? int.MaxValue)];
        }
    }

    public void Remove(string id)
    {
        lock (_gate) Drop(id);
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _bytes = 0;
        }
    }

    private void Drop(string id)
    {
        if (_entries.Remove(id, out var entry)) _bytes -= entry.Bytes;
    }
}
