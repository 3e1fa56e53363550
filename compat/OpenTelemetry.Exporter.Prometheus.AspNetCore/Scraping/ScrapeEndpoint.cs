using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Serves the scrapes of one exporter, or an empty answer when the SDK is switched off.</summary>
internal sealed partial class ScrapeEndpoint(PrometheusExporter? exporter, ILogger<ScrapeEndpoint> logger)
{
    private const string SdkDisabledSetting = "OTEL_SDK_DISABLED";

    /// <param name="services">The application's services.</param>
    /// <param name="meterProvider">The provider with the exporter; the application's when null.</param>
    /// <exception cref="ArgumentException">The provider has no Prometheus exporter.</exception>
    public static ScrapeEndpoint Create(IServiceProvider services, MeterProvider? meterProvider)
    {
        var exporter = PrometheusExporter.Of(meterProvider ?? services.GetRequiredService<MeterProvider>());
        if (exporter is null && !SdkIsDisabled(services))
            throw new ArgumentException(
                "The meter provider has no Prometheus exporter: call AddPrometheusExporter where it is built.", nameof(meterProvider));

        return new ScrapeEndpoint(exporter, services.GetService<ILogger<ScrapeEndpoint>>() ?? NullLogger<ScrapeEndpoint>.Instance);
    }

    /// <summary>Reads the options after the provider was resolved: building it is what applies their configuration.</summary>
    public static string Path(IServiceProvider services, string? path, string? optionsName)
    {
        path ??= services.GetRequiredService<IOptionsMonitor<PrometheusAspNetCoreOptions>>()
            .Get(optionsName ?? Options.DefaultName).ScrapeEndpointPath ?? PrometheusAspNetCoreOptions.DefaultScrapeEndpointPath;
        return path.StartsWith('/') ? path : $"/{path}";
    }

    public async Task HandleAsync(HttpContext context)
    {
        if (exporter is null)
            return;

        var protocol = ScrapeProtocol.Negotiate(context.Request.Headers.Accept);
        try
        {
            using var scrape = await exporter.Scrapes.ScrapeAsync(protocol.Format);
            await WriteAsync(context, scrape, protocol.ContentType);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogAbandoned(logger);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            // A scrape failure must not reach the application's own error pages: Prometheus wants a status and nothing else.
            LogFailed(logger, exception);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private static async Task WriteAsync(HttpContext context, Scrape scrape, string contentType)
    {
        var headers = context.Response.GetTypedHeaders();
        headers.LastModified = scrape.CollectedAt;
        context.Response.ContentType = contentType;
        context.Response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.Accept, HeaderNames.AcceptEncoding);

        if (!AcceptsGzip(context.Request.Headers.AcceptEncoding))
        {
            context.Response.ContentLength = scrape.Content.Length;
            await context.Response.Body.WriteAsync(scrape.Content, context.RequestAborted);
            return;
        }

        context.Response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await gzip.WriteAsync(scrape.Content, context.RequestAborted);
    }

    private static bool AcceptsGzip(StringValues acceptEncoding)
        => StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var encodings)
            && encodings.Any(encoding => encoding.Quality is not 0 && encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase));

    private static bool SdkIsDisabled(IServiceProvider services)
        => string.Equals(services.GetService<IConfiguration>()?[SdkDisabledSetting], "true", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A scrape of the metrics failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "A scraper went away before it had its answer")]
    private static partial void LogAbandoned(ILogger logger);
}
