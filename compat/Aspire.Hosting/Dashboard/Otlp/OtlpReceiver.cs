using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Otlp;

internal enum OtlpSignal
{
    Traces,
    Logs,
    Metrics,
}

/// <summary>Takes an export request, whichever way it came, and answers with the message of the protocol's response.</summary>
internal sealed class OtlpReceiver(TelemetryStore store)
{
    /// <exception cref="InvalidDataException">The request is not what the protocol says it is; nothing of it is kept.</exception>
    public byte[] Receive(OtlpSignal signal, ReadOnlySpan<byte> request)
    {
        switch (signal)
        {
            case OtlpSignal.Traces:
                var (spans, refusedSpans) = OtlpTraces.Read(request, store.Sources, store.Texts);
                store.Add(spans);
                return Response(refusedSpans, "spans");
            case OtlpSignal.Logs:
                var (records, refusedRecords) = OtlpLogs.Read(request, store.Sources, store.Texts);
                store.Add(records);
                return Response(refusedRecords, "log records");
            default:
                var (metrics, refusedPoints) = OtlpMetrics.Read(request, store.Sources, store.Texts);
                refusedPoints += store.Add(metrics);
                return Response(refusedPoints, "metric points");
        }
    }

    /// <summary>Empty, or partial_success = 1 with rejected = 1 and error_message = 2: the same for all three.</summary>
    private static byte[] Response(int refused, string what)
    {
        if (refused == 0)
            return [];
        var partial = new ProtoWriter();
        partial.Varint(1, (ulong)refused);
        partial.Text(2, $"{refused} {what} were refused: without ids, or too many services or series send telemetry.");
        var response = new ProtoWriter();
        response.Bytes(1, partial.ToArray());
        return response.ToArray();
    }
}
