using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace GenAI.ServiceDefaults.Telemetry;

/// <summary><c>/metrics</c>: Prometheus text, or OpenMetrics when the scraper asks for it.</summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    public static void MapMetrics(this IEndpointRouteBuilder endpoints) => endpoints.MapPrometheusScrapingEndpoint(Path).DisableHttpMetrics();
}
