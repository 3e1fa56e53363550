using System.Diagnostics;
using System.Diagnostics.Metrics;
using GenAI.Gateway.Routing.Snapshots;

namespace GenAI.Gateway;

/// <summary>The gateway's own instruments and spans; requests as such are in <c>http.server.request.duration</c>.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    public const string Name = "GenAI.Gateway";

    private readonly Meter _meter;
    private readonly Counter<long> _ejections;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _served;

    public GatewayMetrics(IMeterFactory meters, ControlPlaneLink link)
    {
        _meter = meters.Create(Name);
        _meter.CreateObservableGauge(
            "genai_gateway_control_plane_up", () => link.IsUp ? 1 : 0, description: "1 while the orchestrator's snapshots are being followed.");
        _ejections = _meter.CreateCounter<long>("genai_gateway_ejections", description: "Instances taken out after gateway errors in a row.");
        _retries = _meter.CreateCounter<long>(
            "genai_gateway_retries", description: "Passed-through requests that an instance failed and another one was given.");
        _served = _meter.CreateCounter<long>(
            "genai_gateway_track_requests", description: "Passed-through requests by the release track that served them, for models that have several.");
    }

    public static ActivitySource Activities { get; } = new(Name);

    public void Ejected(string model, string instance) => _ejections.Add(1, new("model", model), new("instance", instance));

    public void Retried(string model) => _retries.Add(1, new KeyValuePair<string, object?>("model", model));

    public void Served(string model, string track, int status) =>
        _served.Add(1, new("model", model), new("track", track), new("http_response_status_code", status));

    public void Dispose() => _meter.Dispose();
}
