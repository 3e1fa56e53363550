namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>Which log records to show; what is null or empty does not matter.</summary>
internal sealed record LogFilter(string? ServiceName, int MinSeverity, string? Text, UInt128? TraceId, ulong? SpanId)
{
    public bool Takes(LogRecord record)
        => record.Severity >= MinSeverity
            && (TraceId is null || record.TraceId == TraceId)
            && (SpanId is null || record.SpanId == SpanId)
            && (ServiceName is null || record.Source.ServiceName == ServiceName)
            && (Text is null
                || record.Message.Contains(Text, StringComparison.OrdinalIgnoreCase)
                || record.Scope.Contains(Text, StringComparison.OrdinalIgnoreCase)
                || Array.Exists(record.Attributes, attribute => attribute.Value.Contains(Text, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>The last log records, bounded by their count and bytes.</summary>
internal sealed class LogStore(TelemetryLimits limits)
{
    private readonly Lock _lock = new();
    private readonly RingBuffer<LogRecord> _records = new();
    private long _lastId;
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_lock)
                return _records.Count;
        }
    }

    public void Add(IEnumerable<LogRecord> records)
    {
        lock (_lock)
        {
            foreach (var record in records)
            {
                _records.Add(record with { Id = ++_lastId });
                _bytes += RecordSize.Of(record);
                while (_records.Count > limits.MaxLogCount || (_bytes > limits.MaxLogBytes && _records.Count > 1))
                    _bytes -= RecordSize.Of(_records.RemoveOldest());
            }
        }
    }

    /// <summary>The newest records that the filter takes, newest first, and how many it takes in all.</summary>
    public (List<LogRecord> Newest, int Matching) Find(LogFilter filter, int limit)
    {
        var found = new List<LogRecord>();
        var matching = 0;
        lock (_lock)
        {
            for (var i = _records.Count - 1; i >= 0; i--)
            {
                if (filter.Takes(_records[i]) && ++matching <= limit)
                    found.Add(_records[i]);
            }
        }

        return (found, matching);
    }

    /// <summary>Null when there was none, or when it has made room for others.</summary>
    public LogRecord? Get(long id)
    {
        lock (_lock)
        {
            var index = id - (_lastId - _records.Count + 1);
            return index >= 0 && index < _records.Count ? _records[(int)index] : null;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            while (_records.Count > 0)
                _records.RemoveOldest();
            _bytes = 0;
        }
    }
}
