namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>Which traces to show; what is null, zero or false does not matter.</summary>
internal sealed record TraceFilter(string? ServiceName, TimeSpan MinDuration, bool ErrorsOnly, string? Text, bool HideProbes)
{
    private static readonly string[] ProbePaths = ["/health", "/alive", "/metrics"];

    public bool Takes(Trace trace)
        => trace.End - trace.Start >= MinDuration
            && (!ErrorsOnly || trace.Errors > 0)
            && (ServiceName is null || trace.Spans.Any(span => span.Source.ServiceName == ServiceName))
            && (Text is null || trace.Spans.Any(Mentions) || $"{trace.Id:x32}".StartsWith(Text, StringComparison.OrdinalIgnoreCase))
            && (!HideProbes || !IsProbe(trace.First));

    private static bool IsProbe(Span span)
        => (span.Attribute("url.path") ?? span.Attribute("http.route")) is { } path ? ProbePaths.Contains(path)
            : span.Attribute("url.full") is { } url && Uri.TryCreate(url, UriKind.Absolute, out var uri) && ProbePaths.Contains(uri.AbsolutePath);

    private bool Mentions(Span span)
        => span.Name.Contains(Text!, StringComparison.OrdinalIgnoreCase)
            || Array.Exists(span.Attributes, attribute => attribute.Value.Contains(Text!, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What a list of traces shows of one.</summary>
internal sealed record TraceSummary(
    UInt128 Id, Span First, DateTime Start, TimeSpan Duration, int SpanCount, int Errors, (TelemetrySource Source, int Spans)[] Sources);

/// <summary>The last traces, bounded by their count and bytes; what makes room is the trace whose first span came first.</summary>
internal sealed class TraceStore(TelemetryLimits limits)
{
    // One trace may take a quarter of the room.
    private const int MaxShareOfOne = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, Trace> _traces = [];
    private readonly RingBuffer<Trace> _byArrival = new();
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_lock)
                return _traces.Count;
        }
    }

    public void Add(IEnumerable<Span> spans)
    {
        lock (_lock)
        {
            foreach (var span in spans)
                Add(span);
        }
    }

    /// <summary>The newest traces that the filter takes, newest first, and how many it takes in all.</summary>
    public (List<TraceSummary> Newest, int Matching) Find(TraceFilter filter, int limit)
    {
        lock (_lock)
        {
            var matching = _traces.Values.Where(filter.Takes).OrderByDescending(trace => trace.Start).ToList();
            return ([.. matching.Take(limit).Select(Summary)], matching.Count);
        }
    }

    /// <summary>The spans of a trace in the order of their starts; null when there is none.</summary>
    public (Span[] Spans, int Dropped)? Get(UInt128 id)
    {
        lock (_lock)
            return _traces.TryGetValue(id, out var trace) ? ([.. trace.Spans.OrderBy(span => span.Start)], trace.Dropped) : null;
    }

    public void Clear()
    {
        lock (_lock)
        {
            while (_byArrival.Count > 0)
                _byArrival.RemoveOldest();
            _traces.Clear();
            _bytes = 0;
        }
    }

    private void Add(Span span)
    {
        if (!_traces.TryGetValue(span.TraceId, out var trace))
        {
            trace = _traces[span.TraceId] = new Trace(span.TraceId, limits.MaxTraceBytes / MaxShareOfOne);
            _byArrival.Add(trace);
        }

        _bytes -= trace.Bytes;
        trace.Add(span);
        _bytes += trace.Bytes;
        while (_byArrival.Count > limits.MaxTraceCount || (_bytes > limits.MaxTraceBytes && _byArrival.Count > 1))
        {
            var oldest = _byArrival.RemoveOldest();
            _traces.Remove(oldest.Id);
            _bytes -= oldest.Bytes;
        }
    }

    private static TraceSummary Summary(Trace trace) => new(
        trace.Id,
        trace.First,
        trace.Start,
        trace.End - trace.Start,
        trace.Spans.Count,
        trace.Errors,
        [.. trace.Spans.GroupBy(span => span.Source).Select(group => (group.Key, group.Count()))]);
}
