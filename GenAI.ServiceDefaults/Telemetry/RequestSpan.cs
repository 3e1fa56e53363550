using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace GenAI.ServiceDefaults.Telemetry;

/// <summary>The span of a request that a service answers, by OpenTelemetry's semantic conventions for HTTP servers (1.27).</summary>
public static class RequestSpan
{
    /// <summary>Those that the conventions list; what a client may make up beside them is not to become a value to group by.</summary>
    private static readonly FrozenSet<string> Methods =
    [
        HttpMethods.Connect, HttpMethods.Delete, HttpMethods.Get, HttpMethods.Head, HttpMethods.Options, HttpMethods.Patch, HttpMethods.Post,
        HttpMethods.Put, HttpMethods.Trace,
    ];

    /// <param name="span">Of the request.</param>
    /// <param name="method">As the client has it.</param>
    /// <param name="scheme"><c>http</c> or <c>https</c>.</param>
    /// <param name="host">As the client has it.</param>
    /// <param name="path">Without the query, which may hold secrets.</param>
    /// <param name="userAgent">Null or empty: the client does not say.</param>
    public static void Asked(this Activity span, string method, string scheme, HostString host, string path, string? userAgent)
    {
        var isKnown = Methods.Contains(method);
        span.SetTag("http.request.method", isKnown ? method : "_OTHER");
        if (!isKnown) span.SetTag("http.request.method_original", method);
        span.SetTag("url.scheme", scheme);
        span.SetTag("url.path", path);
        if (host.HasValue) span.SetTag("server.address", host.Host);
        if (host.Port is { } port) span.SetTag("server.port", port);
        if (!string.IsNullOrEmpty(userAgent)) span.SetTag("user_agent.original", userAgent);
    }

    /// <param name="span">Of the request.</param>
    /// <param name="method">As the client has it.</param>
    /// <param name="route">The template that the path fits; null when there is none.</param>
    /// <param name="status">From 500 on the request has failed; below, it is the client's affair.</param>
    public static void Answered(this Activity span, string method, string? route, int status)
    {
        var name = Methods.Contains(method) ? method : "HTTP";
        span.DisplayName = route is null ? name : $"{name} {route}";
        if (route is not null) span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", status);
        if (status < StatusCodes.Status500InternalServerError) return;
        span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>There is no answer.</summary>
    public static void Unanswered(this Activity span, Exception exception) =>
        span.SetTag("error.type", exception.GetType().FullName).SetStatus(ActivityStatusCode.Error);
}
