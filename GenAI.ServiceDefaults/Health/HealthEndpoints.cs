using GenAI.ServiceDefaults.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenAI.ServiceDefaults.Health;

/// <summary>
/// <c>/alive</c>: the process answers (only checks tagged <c>live</c>). <c>/health</c>: it can do its work (every check); 503 when not.
/// Both are mapped in every environment and never cached.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>The tag of checks whose failure only a restart can mend.</summary>
    public const string LiveTag = "live";

    /// <summary>The tag of checks that fail while a service starts, as a matter of course.</summary>
    public const string StartingTag = "starting";

    internal const string ReadinessPath = "/health";
    internal const string LivenessPath = "/alive";

    internal static void AddLivenessCheck(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        services.TryAddSingleton<HealthChangeLog>();
    }

    internal static IEndpointConventionBuilder MapReadiness(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapChecks(ReadinessPath, _ => true);

    internal static IEndpointConventionBuilder MapLiveness(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapChecks(LivenessPath, check => check.Tags.Contains(LiveTag));

    private static IEndpointConventionBuilder MapChecks(
        this IEndpointRouteBuilder endpoints, string path, Func<HealthCheckRegistration, bool> predicate) => endpoints
        .MapHealthChecks(path, new HealthCheckOptions { Predicate = predicate, AllowCachingResponses = false, ResponseWriter = WriteAsync })
        .DisableHttpMetrics();

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.RequestServices.GetRequiredService<HealthChangeLog>().Observe(report);
        var version = context.RequestServices.GetRequiredService<GenAISettings>().Version;
        return context.Response.WriteAsJsonAsync(HealthAnswer.From(report, version), context.RequestAborted);
    }
}
