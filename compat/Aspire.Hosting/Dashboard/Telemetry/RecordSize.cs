namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>
/// Bytes that a record takes on the heap, as if its texts were its own: an upper bound, since most are shared. Two bytes a
/// character, 24 for the object around a text or an array, 16 for an attribute's two references.
/// </summary>
internal static class RecordSize
{
    private const int ObjectBytes = 24;
    private const int SpanBytes = 176;
    private const int LogBytes = 120;
    private const int EventBytes = 48 + ObjectBytes;

    public static long Of(Span span)
    {
        var size = SpanBytes + Of(span.Name) + Of(span.StatusMessage) + Of(span.Attributes);
        foreach (var occurrence in span.Events)
            size += EventBytes + Of(occurrence.Name) + Of(occurrence.Attributes);
        foreach (var link in span.Links)
            size += EventBytes + Of(link.Attributes);
        return size;
    }

    public static long Of(LogRecord record) => LogBytes + Of(record.Message) + Of(record.EventName) + Of(record.Attributes);

    public static long Of(TelemetryAttribute[] attributes)
    {
        long size = ObjectBytes;
        foreach (var (key, value) in attributes)
            size += 16 + Of(key) + Of(value);
        return size;
    }

    private static long Of(string text) => text.Length == 0 ? 0 : ObjectBytes + (2L * text.Length);
}
