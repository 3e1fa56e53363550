using System.Diagnostics;
using GenAI.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace GenAI.ServiceDefaults.Telemetry;

/// <summary>
/// Says on the host's spans what was asked and answered. ASP.NET Core can (<c>SuppressActivityOpenTelemetryData</c>), but without the answer,
/// and it decodes the Host header for it before anything can refuse one: <c>Host: xn--</c> then ends the connection without an answer.
/// </summary>
internal static class RequestSpans
{
    /// <summary>Probes and scrapes come every few seconds from several sides and are never what a trace is opened for.</summary>
    private static readonly PathString[] Untraced = [HealthEndpoints.ReadinessPath, HealthEndpoints.LivenessPath, MetricsEndpoint.Path];

    public static void UseRequestSpans(this IApplicationBuilder app) => app.Use(static (context, next) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity is { Recorded: true } span ? TellAsync(span, context, next) : next(context));

    private static Task TellAsync(Activity span, HttpContext context, RequestDelegate next)
    {
        if (!Untraced.Contains(context.Request.Path)) return AnswerAsync(span, context, next);

        // Neither is what they cause.
        span.IsAllDataRequested = false;
        span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        return next(context);
    }

    private static async Task AnswerAsync(Activity span, HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var host = new HostString(request.Headers.Host.ToString());
        span.Asked(request.Method, request.Scheme, host, request.PathBase + request.Path, request.Headers[HeaderNames.UserAgent]);
        try
        {
            await next(context);
            span.Answered(request.Method, context.GetEndpoint()?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route, context.Response.StatusCode);
        }
        catch (Exception exception)
        {
            span.Unanswered(exception);
            throw;
        }
    }
}
