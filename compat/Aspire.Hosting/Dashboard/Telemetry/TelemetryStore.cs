using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Metrics;

namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>All telemetry that is kept, and who sent it.</summary>
internal sealed class TelemetryStore(TelemetryLimits limits, TextPool texts, Changes changes)
{
    public SourceTable Sources { get; } = new();

    public TextPool Texts => texts;

    public LogStore Logs { get; } = new(limits);

    public TraceStore Traces { get; } = new(limits);

    public MetricStore Metrics { get; } = new(limits);

    public void Add(List<Span> spans)
    {
        Traces.Add(spans);
        changes.Signal(Topic.Traces);
    }

    public void Add(List<LogRecord> records)
    {
        Logs.Add(records);
        changes.Signal(Topic.Logs);
    }

    /// <returns>How many points were refused.</returns>
    public int Add(List<MetricData> metrics)
    {
        var refused = Metrics.Add(metrics);
        changes.Signal(Topic.Metrics);
        return refused;
    }
}
