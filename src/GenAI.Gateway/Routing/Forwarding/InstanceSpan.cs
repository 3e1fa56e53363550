using System.Diagnostics;
using System.Globalization;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>The span of a request to an instance, by OpenTelemetry's conventions for HTTP clients. There is none where nobody records.</summary>
internal static class InstanceSpan
{
    public static Activity? Start(string method, InstanceOrigin origin)
    {
        if (Activity.Current is not { Recorded: true }) return null;
        var span = GatewayMetrics.Activities.StartActivity(method, ActivityKind.Client);
        return span?
            .SetTag("http.request.method", method)
            .SetTag("server.address", origin.Host)
            .SetTag("server.port", origin.BoxedPort);
    }

    /// <param name="span">Of the request.</param>
    /// <param name="origin">The instance.</param>
    /// <param name="path">As the instance has it, without the query.</param>
    public static void To(this Activity span, InstanceOrigin origin, string path) => span.SetTag("url.full", origin.Prefix.TrimEnd('/') + path);

    public static void Answered(this Activity span, int status)
    {
        span.SetTag("http.response.status_code", status);
        if (status < StatusCodes.Status400BadRequest) return;
        span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
    }

    public static void Failed(this Activity span, Exception exception) =>
        span.SetTag("error.type", InstanceMetrics.ErrorType(exception)).SetStatus(ActivityStatusCode.Error);
}
