using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using GenAI.Gateway.Routing.Forwarding;
using GenAI.ServiceDefaults.Telemetry;
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

    /// <summary>It goes on another way, with a span of its own there.</summary>
    public void Leave(FastPathRequest request, Activity? span, Exception exception)
    {
        Active(request, -1);
        span?.Unanswered(exception);
    }

    public void End(FastPathRequest request, Activity? span, FleetModel model, int status, TimeSpan took)
    {
        Active(request, -1);
        span?.Answered(request.Method, model.PassedPath, status);
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
        var host = new HostString(Encoding.ASCII.GetString(request.Host));
        span.Asked(request.Method, "http", host, Encoding.ASCII.GetString(request.Path), request.PassedOn(HeaderNames.UserAgent));
        return span.Start();
    }

    private static Meter Hosting(IMeterFactory meters) => meters.Create("Microsoft.AspNetCore.Hosting");

    private void Active(FastPathRequest request, int change)
    {
        if (_active.Enabled) _active.Add(change, new("url.scheme", "http"), new("http.request.method", request.Method));
    }
}
