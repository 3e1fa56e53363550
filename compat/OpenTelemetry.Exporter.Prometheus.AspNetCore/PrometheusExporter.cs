using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>The SDK's end of a scrape: collects when asked to, and passes what was collected to the scrape that asked.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    // The SDK keeps the way from a provider to its exporters to itself; an exporter does know its provider.
    private static readonly List<WeakReference<PrometheusExporter>> _living = [];

    private readonly ScrapeRenderer _renderer;

    public PrometheusExporter(PrometheusAspNetCoreOptions options, TimeProvider timeProvider, ILoggerFactory loggers)
    {
        _renderer = new ScrapeRenderer(options, loggers.CreateLogger<ScrapeRenderer>());
        Scrapes = new ScrapeCollector(
            CollectInto, TimeSpan.FromMilliseconds(options.ScrapeResponseCacheDurationMilliseconds), timeProvider);

        lock (_living)
        {
            _living.RemoveAll(reference => !reference.TryGetTarget(out _));
            _living.Add(new WeakReference<PrometheusExporter>(this));
        }
    }

    public ScrapeCollector Scrapes { get; }

    /// <summary>Set by the reader: starts a collection, which calls <see cref="Export"/> before it returns.</summary>
    public Func<int, bool>? Collect { get; set; }

    private Collection? Current { get; set; }

    public static PrometheusExporter? Of(MeterProvider provider)
    {
        lock (_living)
        {
            foreach (var reference in _living)
            {
                if (reference.TryGetTarget(out var exporter) && ReferenceEquals(exporter.ParentProvider, provider))
                    return exporter;
            }
        }

        return null;
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        if (Current is not { } collection)
            return ExportResult.Failure;

        _renderer.Render(batch, ParentProvider.GetResource(), collection);
        return ExportResult.Success;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Scrapes.Dispose();

        base.Dispose(disposing);
    }

    /// <summary>Called by the collector, for one collection at a time.</summary>
    private bool CollectInto(Collection collection)
    {
        Current = collection;
        try
        {
            return Collect?.Invoke(Timeout.Infinite) ?? false;
        }
        finally
        {
            Current = null;
        }
    }
}
