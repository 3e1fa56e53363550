using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>Reads an ExportLogsServiceRequest: opentelemetry/proto/logs/v1.</summary>
internal static class OtlpLogs
{
    public static (List<LogRecord> Records, int Refused) Read(ReadOnlySpan<byte> request, SourceTable sources, TextPool texts)
    {
        var records = new List<LogRecord>();
        var refused = OtlpRequest.Read(request, sources, texts, (record, source, scope) => records.Add(Record(record, source, scope, texts)));
        return (records, refused);
    }

    private static LogRecord Record(ReadOnlySpan<byte> message, TelemetrySource source, string scope, TextPool texts)
    {
        (ulong time, ulong observed, int severity, UInt128 traceId, ulong spanId) = (0, 0, 0, 0, 0);
        var (body, eventName) = ("", "");
        var attributes = new List<TelemetryAttribute>();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: time = reader.Fixed64(); break;
                case 2: severity = reader.Int32(); break;
                case 5: body = OtlpValues.Text(reader.Bytes(), texts, TelemetryLimits.MaxMessageLength); break;
                case 6 when attributes.Count < TelemetryLimits.MaxAttributes: attributes.Add(OtlpValues.Attribute(reader.Bytes(), texts)); break;
                case 9: traceId = OtlpValues.TraceId(reader.Bytes()); break;
                case 10: spanId = OtlpValues.SpanId(reader.Bytes()); break;
                case 11: observed = reader.Fixed64(); break;
                case 12: eventName = texts.Of(reader.Bytes(), TelemetryLimits.MaxTextLength); break;
                default: reader.Skip(); break;
            }
        }

        return new LogRecord
        {
            Source = source,
            Scope = scope,
            Time = OtlpValues.Time(time != 0 ? time : observed),
            Severity = severity,
            Message = body,
            EventName = eventName,
            TraceId = traceId,
            SpanId = spanId,
            Attributes = [.. attributes],
        };
    }
}
