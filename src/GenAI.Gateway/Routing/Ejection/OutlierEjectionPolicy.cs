using System.Runtime.CompilerServices;
using GenAI.Gateway.Routing.Clients;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.Ejection;

/// <summary>Passive health: applies <see cref="EjectionPlanner"/> to every request that went to an instance.</summary>
internal sealed partial class OutlierEjectionPolicy(
    IDestinationHealthUpdater health, IOptions<EjectionOptions> options, GatewayMetrics metrics, SteadyClock clock, ILogger<OutlierEjectionPolicy> logger)
    : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "OutlierEjection";

    private readonly ConditionalWeakTable<ClusterState, Records> _records = [];

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination) =>
        Report(cluster, destination, RequestOutcomes.Of(context, context.IsWebSocket()));

    /// <summary>For requests that the gateway makes of itself, beside those that it passes through.</summary>
    public void Report(ClusterState cluster, DestinationState destination, RequestOutcome outcome)
    {
        var records = _records.GetOrCreateValue(cluster);
        // The usual case, an answer from an instance without a blemish, takes no lock and leaves nothing behind.
        if (outcome != RequestOutcome.GatewayError && !records.ByDestination.TryGetValue(destination, out _)) return;

        TimeSpan? ejectFor;
        lock (records.Lock)
        {
            var all = cluster.DestinationsState.AllDestinations;
            var ejected = all.Count(other => other.Health.Passive == DestinationHealth.Unhealthy);
            var record = records.ByDestination.GetOrCreateValue(destination);
            (record.Value, ejectFor) = EjectionPlanner.Decide(record.Value, outcome, ejected, all.Count, clock.Now, options.Value);
            if (ejectFor is { } duration) health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, duration);
        }

        if (ejectFor is null) return;
        metrics.Ejected(cluster.ClusterId, destination.DestinationId);
        LogEjected(destination.DestinationId, cluster.ClusterId, ejectFor.Value, options.Value.ConsecutiveErrors);
    }

    [LoggerMessage(1, LogLevel.Warning, "Ejected instance {Instance} of {Model} for {Duration} after {Errors} gateway errors in a row")]
    private partial void LogEjected(string instance, string model, TimeSpan duration, int errors);

    private sealed class Records
    {
        public Lock Lock { get; } = new();

        public ConditionalWeakTable<DestinationState, StrongBox<EjectionRecord>> ByDestination { get; } = [];
    }
}
