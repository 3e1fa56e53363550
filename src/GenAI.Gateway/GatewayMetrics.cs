using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GenAI.Gateway;

/// <summary>The gateway's own instruments and spans; requests as such are in <c>http.server.request.duration</c>.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    public const string Name = "GenAI.Gateway";

    private readonly Meter _meter;
    private readonly Counter<long> _ejections;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _ejections = _meter.CreateCounter<long>("genai_gateway_ejections", description: "Instances taken out after gateway errors in a row.");
    }

    public static ActivitySource Activities { get; } = new(Name);

    public void Ejected(string model, string instance) => _ejections.Add(1, new("model", model), new("instance", instance));

    public void Dispose() => _meter.Dispose();
}
