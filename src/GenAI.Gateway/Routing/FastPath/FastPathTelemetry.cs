using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using GenAI.Gateway.Routing.Forwarding;
using Microsoft.Net.Http.Headers;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>
/// Says of a request on the fast path what the host says of those that it sees: the same instruments, <c>http.server.request.duration</c> and
/// <c>http.server.active_requests</c>, and the same span where the request is recorded. A test compares them.
/// </summary>
internal sealed class FastPathTelemetry(IMeterFactory meters, ActivitySource spans)
{
    private const string SpanName = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    private readonly Histogram<double> _duration = Hosting(meters).CreateHistogram<double>("http.server.request.duration", "s", "Duration of HTTP server requests.");
    private readonly UpDownCounter<long> _active = Hosting(meters).CreateUpDownCounter<long>("http.server.active_requests", "{request}", "Number of active HTTP server requests.");

    public void Begin(FastPathRequest request) => Active(request, 1);

    /// <summary>It goes on another way.</summary>
    public void Leave(FastPathRequest request) => Active(request, -1);

    public void End(FastPathRequest request, FleetModel model, int status, TimeSpan took)
    {
        Active(request, -1);
        if (!_duration.Enabled) return;
        _duration.Record(took.TotalSeconds, new TagList
        {
            { "url.scheme", "http" },
            { "network.protocol.version", "1.1" },
            { "http.request.method", request.Method },
            { "http.response.status_code", InstanceMetrics.Boxed(status) },
            { "http.route", model.PassedPath },
        });
    }

    /// <summary>Null where nobody records this request.</summary>
    public Activity? Start(FastPathRequest request)
    {
        if (spans.CreateActivity(SpanName, ActivityKind.Server) is not { Recorded: true } span) return null;
        var host = Encoding.ASCII.GetString(request.Host);
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        span.SetTag("server.address", colon < 0 ? host : host[..colon]);
        if (colon >= 0) span.SetTag("server.port", int.Parse(host.AsSpan(colon + 1), CultureInfo.InvariantCulture));
        span.SetTag("http.request.method", request.Method);
        span.SetTag("url.scheme", "http");
        span.SetTag("url.path", Encoding.ASCII.GetString(request.Path));
        if (request.PassedOn(HeaderNames.UserAgent) is { } agent) span.SetTag("user_agent.original", agent);
        return span.Start();
    }

    private static Meter Hosting(IMeterFactory meters) => meters.Create("Microsoft.AspNetCore.Hosting");

    private void Active(FastPathRequest request, int change)
    {
        if (_active.Enabled) _active.Add(change, new("url.scheme", "http"), new("http.request.method", request.Method));
    }
}
