namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>The spans of one trace so far. Not safe for threads: the store's lock guards it.</summary>
internal sealed class Trace(UInt128 id, long maxBytes)
{
    private readonly List<Span> _spans = [];
    private Span? _first;

    public UInt128 Id => id;

    public IReadOnlyList<Span> Spans => _spans;

    public long Bytes { get; private set; }

    public int Errors { get; private set; }

    /// <summary>Spans that came when the trace was full.</summary>
    public int Dropped { get; private set; }

    public DateTime Start { get; private set; } = DateTime.MaxValue;

    public DateTime End { get; private set; } = DateTime.MinValue;

    /// <summary>The span without a parent, or the earliest as long as there is none.</summary>
    public Span First => _first ?? throw new InvalidOperationException("A trace has a span.");

    public void Add(Span span)
    {
        if (_spans.Count >= TelemetryLimits.MaxSpansPerTrace || Bytes > maxBytes)
        {
            Dropped++;
            return;
        }

        _spans.Add(span);
        Bytes += RecordSize.Of(span);
        if (span.Status == SpanStatus.Error)
            Errors++;
        if (span.Start < Start)
            Start = span.Start;
        if (span.End > End)
            End = span.End;
        if (_first is null || Rank(span).CompareTo(Rank(_first)) < 0)
            _first = span;
    }

    private static (bool, DateTime) Rank(Span span) => (span.ParentId != 0, span.Start);
}
