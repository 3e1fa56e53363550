using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>
/// How long instances take to answer: the HTTP client's own histogram, with the same meter, name and tags, so that it says of requests that
/// went the short way what it says of the others. Ends with the head of the answer, as there.
/// </summary>
internal sealed class InstanceMetrics : IDisposable
{
    private static readonly object[] Statuses = [.. Enumerable.Range(0, 600).Select(status => (object)status)];

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly TimeProvider _clock;

    public InstanceMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        _meter = meters.Create("System.Net.Http");
        _duration = _meter.CreateHistogram<double>("http.client.request.duration", "s", "Duration of HTTP client requests.");
    }

    /// <summary>A status as tags have it.</summary>
    public static object Boxed(int status) => Statuses[status];

    public long Begin() => _clock.GetTimestamp();

    public void Answered(string method, InstanceOrigin origin, int status, long begun)
    {
        if (!_duration.Enabled) return;
        var tags = Tags(method, origin);
        tags.Add("http.response.status_code", Boxed(status));
        if (status >= StatusCodes.Status400BadRequest) tags.Add("error.type", status.ToString(CultureInfo.InvariantCulture));
        _duration.Record(_clock.GetElapsedTime(begun).TotalSeconds, tags);
    }

    public void Failed(string method, InstanceOrigin origin, Exception exception, long begun)
    {
        if (!_duration.Enabled) return;
        var tags = Tags(method, origin);
        tags.Add("error.type", ErrorType(exception));
        _duration.Record(_clock.GetElapsedTime(begun).TotalSeconds, tags);
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>As OpenTelemetry's conventions have it: a short name where there is one, else the type.</summary>
    public static string ErrorType(Exception exception) => exception is HttpRequestException { HttpRequestError: var error and not HttpRequestError.Unknown }
        ? JsonNamingPolicy.SnakeCaseLower.ConvertName(error.ToString())
        : exception.GetType().FullName!;

    private static TagList Tags(string method, InstanceOrigin origin) => new()
    {
        { "http.request.method", method },
        { "network.protocol.version", "1.1" },
        { "server.address", origin.Host },
        { "server.port", origin.BoxedPort },
        { "url.scheme", "http" },
    };
}
