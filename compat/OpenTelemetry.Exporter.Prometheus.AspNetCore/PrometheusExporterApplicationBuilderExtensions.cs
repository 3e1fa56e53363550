using Microsoft.AspNetCore.Http;
using OpenTelemetry.Exporter.Prometheus;
using OpenTelemetry.Metrics;

namespace Microsoft.AspNetCore.Builder;

public static class PrometheusExporterApplicationBuilderExtensions
{
    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(this IApplicationBuilder app)
        => app.UseOpenTelemetryPrometheusScrapingEndpoint(
            meterProvider: null, predicate: null, path: null, configureBranchedPipeline: null, optionsName: null);

    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(this IApplicationBuilder app, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return app.UseOpenTelemetryPrometheusScrapingEndpoint(
            meterProvider: null, predicate: null, path, configureBranchedPipeline: null, optionsName: null);
    }

    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(
        this IApplicationBuilder app, Func<HttpContext, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return app.UseOpenTelemetryPrometheusScrapingEndpoint(
            meterProvider: null, predicate, path: null, configureBranchedPipeline: null, optionsName: null);
    }

    /// <summary>Branches the pipeline to the scraping endpoint.</summary>
    /// <param name="app">The pipeline to branch.</param>
    /// <param name="meterProvider">The provider that has the exporter; the container's when null.</param>
    /// <param name="predicate">Which requests are scrapes; goes before <paramref name="path"/>.</param>
    /// <param name="path">Where scrapes are served; the options' path when null.</param>
    /// <param name="configureBranchedPipeline">Middleware that goes before the endpoint in its branch.</param>
    /// <param name="optionsName">Name of the exporter's options.</param>
    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(
        this IApplicationBuilder app,
        MeterProvider? meterProvider,
        Func<HttpContext, bool>? predicate,
        string? path,
        Action<IApplicationBuilder>? configureBranchedPipeline,
        string? optionsName)
    {
        ArgumentNullException.ThrowIfNull(app);
        var endpoint = ScrapeEndpoint.Create(app.ApplicationServices, meterProvider);

        return predicate is not null
            ? app.MapWhen(predicate, Branch)
            : app.Map(new PathString(ScrapeEndpoint.Path(app.ApplicationServices, path, optionsName)), Branch);

        void Branch(IApplicationBuilder branch)
        {
            configureBranchedPipeline?.Invoke(branch);
            branch.Run(endpoint.HandleAsync);
        }
    }
}
