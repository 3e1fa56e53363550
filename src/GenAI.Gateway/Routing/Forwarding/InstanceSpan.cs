using System.Diagnostics;
using System.Globalization;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>The span of a request to an instance, by OpenTelemetry's conventions for HTTP clients. There is none where nobody records.</summary>
internal static class InstanceSpan
{
    public static Activity? Start(HttpContext context, InstanceOrigin origin)
    {
        if (Activity.Current is not { Recorded: true }) return null;
        var span = GatewayMetrics.Activities.StartActivity(context.Request.Method, ActivityKind.Client);
        return span?
            .SetTag("http.request.method", context.Request.Method)
            .SetTag("server.address", origin.Host)
            .SetTag("server.port", origin.BoxedPort)
            .SetTag("url.full", origin.Prefix.TrimEnd('/') + ModelPaths.Rest(context.Request.Path.Value).ToString());
    }

    public static void Answered(this Activity span, int status)
    {
        span.SetTag("http.response.status_code", status);
        if (status < StatusCodes.Status400BadRequest) return;
        span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
    }

    public static void Failed(this Activity span, Exception exception) =>
        span.SetTag("error.type", InstanceMetrics.ErrorType(exception)).SetStatus(ActivityStatusCode.Error);
}
