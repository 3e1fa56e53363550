using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace GenAI.ServiceDefaults.Telemetry;

/// <summary>
/// Histograms of seconds in which an image can be waited for. The conventional buckets end at 10 s, where image generation
/// begins; these go on to 600 s.
/// </summary>
internal static class DurationBuckets
{
    public static readonly double[] Seconds =
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 15, 30, 60, 120, 300, 600];

    private static readonly string[] HttpDurations = ["http.server.request.duration", "http.client.request.duration"];

    public static MeterProviderBuilder AddDurationBuckets(this MeterProviderBuilder metrics) => metrics.AddView(instrument =>
        Covers(instrument) ? new ExplicitBucketHistogramConfiguration { Boundaries = Seconds } : null);

    private static bool Covers(Instrument instrument) =>
        IsHistogram(instrument) && (HttpDurations.Contains(instrument.Name) || IsOurSeconds(instrument));

    private static bool IsOurSeconds(Instrument instrument) =>
        instrument.Meter.Name.StartsWith("GenAI.", StringComparison.Ordinal) &&
        (instrument.Unit == "s" || instrument.Name.EndsWith("_seconds", StringComparison.Ordinal));

    private static bool IsHistogram(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>);
}
