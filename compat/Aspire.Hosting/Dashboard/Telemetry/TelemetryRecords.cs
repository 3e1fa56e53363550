namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>A value is kept as its text: numbers in invariant form, lists and maps as JSON.</summary>
internal readonly record struct TelemetryAttribute(string Key, string Value);

/// <summary>Who sent telemetry: a resource of the application, by its service name, and which of its instances.</summary>
internal sealed record TelemetrySource(string ServiceName, string InstanceId, TelemetryAttribute[] Attributes);

internal enum SpanKind
{
    Unspecified,
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

internal enum SpanStatus
{
    Unset,
    Ok,
    Error,
}

internal sealed record SpanEvent(DateTime Time, string Name, TelemetryAttribute[] Attributes);

internal sealed record SpanLink(UInt128 TraceId, ulong SpanId, TelemetryAttribute[] Attributes);

/// <summary>One span of a trace, as it was received. Times are UTC.</summary>
internal sealed record Span
{
    public required UInt128 TraceId { get; init; }

    public required ulong Id { get; init; }

    /// <summary>0 for the root of a trace.</summary>
    public ulong ParentId { get; init; }

    public required TelemetrySource Source { get; init; }

    public required string Scope { get; init; }

    public string Name { get; init; } = "";

    public SpanKind Kind { get; init; }

    public DateTime Start { get; init; }

    public TimeSpan Duration { get; init; }

    public DateTime End => Start + Duration;

    public SpanStatus Status { get; init; }

    public string StatusMessage { get; init; } = "";

    public TelemetryAttribute[] Attributes { get; init; } = [];

    public SpanEvent[] Events { get; init; } = [];

    public SpanLink[] Links { get; init; } = [];

    public string IdText => Id.ToString("x16");

    public string? Attribute(string key)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Key == key)
                return attribute.Value;
        }

        return null;
    }
}

/// <summary>One structured log record. Times are UTC.</summary>
internal sealed record LogRecord
{
    /// <summary>Counts the records received, from 1; given by the store.</summary>
    public long Id { get; init; }

    public required TelemetrySource Source { get; init; }

    /// <summary>The logger's category.</summary>
    public required string Scope { get; init; }

    public DateTime Time { get; init; }

    /// <summary>1 to 24, as OpenTelemetry numbers them: from 5 debug, 9 information, 13 warning, 17 error, 21 fatal.</summary>
    public int Severity { get; init; }

    public string Message { get; init; } = "";

    public string EventName { get; init; } = "";

    /// <summary>0 when it was written outside of a trace.</summary>
    public UInt128 TraceId { get; init; }

    public ulong SpanId { get; init; }

    public TelemetryAttribute[] Attributes { get; init; } = [];
}
