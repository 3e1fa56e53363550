using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>
/// How much telemetry is kept; the oldest goes first. The numbers are settings (section `Dashboard:TelemetryLimits`); bytes are
/// what the records would take if no two shared a text.
/// </summary>
internal sealed record TelemetryLimits
{
    /// <summary>Characters of an attribute's value, and of an event's or a metric's text.</summary>
    public const int MaxTextLength = 4096;

    /// <summary>Characters of a log record's message: a stack trace fits.</summary>
    public const int MaxMessageLength = 32_768;

    public const int MaxAttributes = 128;
    public const int MaxSpanEvents = 128;
    public const int MaxSpansPerTrace = 10_000;

    /// <summary>Service instances that telemetry is taken from.</summary>
    public const int MaxSources = 500;

    public int MaxLogCount { get; init; } = 100_000;

    public int MaxTraceCount { get; init; } = 10_000;

    public int MaxMetricSeries { get; init; } = 10_000;

    public long MaxLogBytes { get; init; } = 96L << 20;

    public long MaxTraceBytes { get; init; } = 128L << 20;

    public long MaxMetricBytes { get; init; } = 32L << 20;

    /// <exception cref="DistributedApplicationException">A limit is not a positive number.</exception>
    public static TelemetryLimits From(IConfiguration configuration)
    {
        var section = configuration.GetSection("Dashboard:TelemetryLimits");
        var defaults = new TelemetryLimits();
        return new TelemetryLimits
        {
            MaxLogCount = (int)Value(nameof(MaxLogCount), defaults.MaxLogCount, int.MaxValue),
            MaxTraceCount = (int)Value(nameof(MaxTraceCount), defaults.MaxTraceCount, int.MaxValue),
            MaxMetricSeries = (int)Value(nameof(MaxMetricSeries), defaults.MaxMetricSeries, int.MaxValue),
            MaxLogBytes = Value(nameof(MaxLogBytes), defaults.MaxLogBytes, long.MaxValue),
            MaxTraceBytes = Value(nameof(MaxTraceBytes), defaults.MaxTraceBytes, long.MaxValue),
            MaxMetricBytes = Value(nameof(MaxMetricBytes), defaults.MaxMetricBytes, long.MaxValue),
        };

        long Value(string name, long preset, long largest) => section[name] is not { Length: > 0 } text ? preset
            : long.TryParse(text, out var value) && value > 0 && value <= largest ? value
            : throw new DistributedApplicationException($"'{section.Path}:{name}' is '{text}'; a whole number from 1 to {largest} was expected.");
    }
}
