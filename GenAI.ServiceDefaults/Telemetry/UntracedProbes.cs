using System.Diagnostics;
using GenAI.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GenAI.ServiceDefaults.Telemetry;

/// <summary>Probes and scrapes come every few seconds from several sides and are never what a trace is opened for.</summary>
internal static class UntracedProbes
{
    private static readonly PathString[] Paths = [HealthEndpoints.ReadinessPath, HealthEndpoints.LivenessPath, MetricsEndpoint.Path];

    /// <summary>Their activity is not recorded, and neither is what they cause.</summary>
    public static void UseUntracedProbes(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (Paths.Contains(context.Request.Path) && context.Features.Get<IHttpActivityFeature>()?.Activity is { } activity)
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        return next(context);
    });
}
