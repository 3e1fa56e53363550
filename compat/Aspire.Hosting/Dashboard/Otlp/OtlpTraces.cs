using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>Reads an ExportTraceServiceRequest: opentelemetry/proto/trace/v1.</summary>
internal static class OtlpTraces
{
    public static (List<Span> Spans, int Refused) Read(ReadOnlySpan<byte> request, SourceTable sources, TextPool texts)
    {
        var spans = new List<Span>();
        var refused = OtlpRequest.Read(request, sources, texts, (record, source, scope) => spans.Add(Span(record, source, scope, texts)));
        // Without these a span has no place in any trace.
        return (spans, refused + spans.RemoveAll(span => span.TraceId == 0 || span.Id == 0));
    }

    private static Span Span(ReadOnlySpan<byte> message, TelemetrySource source, string scope, TextPool texts)
    {
        (UInt128 traceId, ulong id, ulong parentId, ulong start, ulong end) = (0, 0, 0, 0, 0);
        var (name, kind, status, statusMessage) = ("", SpanKind.Unspecified, SpanStatus.Unset, "");
        var attributes = new List<TelemetryAttribute>();
        var events = new List<SpanEvent>();
        var links = new List<SpanLink>();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: traceId = OtlpValues.TraceId(reader.Bytes()); break;
                case 2: id = OtlpValues.SpanId(reader.Bytes()); break;
                case 4: parentId = OtlpValues.SpanId(reader.Bytes()); break;
                case 5: name = texts.Of(reader.Bytes(), TelemetryLimits.MaxTextLength); break;
                case 6: kind = (SpanKind)reader.Int32(); break;
                case 7: start = reader.Fixed64(); break;
                case 8: end = reader.Fixed64(); break;
                case 9 when attributes.Count < TelemetryLimits.MaxAttributes: attributes.Add(OtlpValues.Attribute(reader.Bytes(), texts)); break;
                case 11 when events.Count < TelemetryLimits.MaxSpanEvents: events.Add(Event(reader.Bytes(), texts)); break;
                case 13 when links.Count < TelemetryLimits.MaxSpanEvents: links.Add(Link(reader.Bytes(), texts)); break;
                case 15: (status, statusMessage) = Status(reader.Bytes(), texts); break;
                default: reader.Skip(); break;
            }
        }

        return new Span
        {
            TraceId = traceId,
            Id = id,
            ParentId = parentId,
            Source = source,
            Scope = scope,
            Name = name,
            Kind = kind,
            Start = OtlpValues.Time(start),
            Duration = end > start ? OtlpValues.Time(end) - OtlpValues.Time(start) : TimeSpan.Zero,
            Status = status,
            StatusMessage = statusMessage,
            Attributes = [.. attributes],
            Events = [.. events],
            Links = [.. links],
        };
    }

    private static SpanEvent Event(ReadOnlySpan<byte> message, TextPool texts)
    {
        (ulong time, string name) = (0, "");
        var attributes = new List<TelemetryAttribute>();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: time = reader.Fixed64(); break;
                case 2: name = texts.Of(reader.Bytes(), TelemetryLimits.MaxTextLength); break;
                case 3 when attributes.Count < TelemetryLimits.MaxAttributes: attributes.Add(OtlpValues.Attribute(reader.Bytes(), texts)); break;
                default: reader.Skip(); break;
            }
        }

        return new SpanEvent(OtlpValues.Time(time), name, [.. attributes]);
    }

    private static SpanLink Link(ReadOnlySpan<byte> message, TextPool texts)
    {
        (UInt128 traceId, ulong spanId) = (0, 0);
        var attributes = new List<TelemetryAttribute>();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: traceId = OtlpValues.TraceId(reader.Bytes()); break;
                case 2: spanId = OtlpValues.SpanId(reader.Bytes()); break;
                case 4 when attributes.Count < TelemetryLimits.MaxAttributes: attributes.Add(OtlpValues.Attribute(reader.Bytes(), texts)); break;
                default: reader.Skip(); break;
            }
        }

        return new SpanLink(traceId, spanId, [.. attributes]);
    }

    private static (SpanStatus, string) Status(ReadOnlySpan<byte> message, TextPool texts)
    {
        var (status, text) = (SpanStatus.Unset, "");
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: text = texts.Of(reader.Bytes(), TelemetryLimits.MaxTextLength); break;
                case 3: status = (SpanStatus)reader.Int32(); break;
                default: reader.Skip(); break;
            }
        }

        return (status, text);
    }
}
