namespace OpenTelemetry.Exporter;

public class PrometheusAspNetCoreOptions
{
    internal const string DefaultScrapeEndpointPath = "/metrics";
    internal const int InitialScrapeResponseSizeBytes = 85_000;
    private const int DefaultMaxScrapeResponseSizeBytes = InitialScrapeResponseSizeBytes * 2048;
    private const int DefaultCacheDurationMilliseconds = 300;

    /// <summary>Where the metrics are served; <c>/metrics</c> when null.</summary>
    public string? ScrapeEndpointPath { get; set; } = DefaultScrapeEndpointPath;

    /// <summary>Leaves <c>_total</c> off counters in the Prometheus text format. OpenMetrics requires it and keeps it.</summary>
    public bool DisableTotalNameSuffixForCounters { get; set; }

    /// <summary>Adds the <c>otel_scope_*</c> labels (the meter's name, version, schema and tags) to every series.</summary>
    public bool ScopeInfoEnabled { get; set; } = true;

    /// <summary>Adds <c>target_info</c>, whose labels are the attributes of the resource.</summary>
    public bool TargetInfoEnabled { get; set; } = true;

    /// <summary>For how long a response is served again without another collection; 0 collects for every scrape.</summary>
    public int ScrapeResponseCacheDurationMilliseconds
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = DefaultCacheDurationMilliseconds;

    /// <summary>A response that would be larger fails with status 500. At least 85,000; about 166 MiB by default.</summary>
    public int MaxScrapeResponseSizeBytes
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, InitialScrapeResponseSizeBytes);
            field = value;
        }
    } = DefaultMaxScrapeResponseSizeBytes;
}
