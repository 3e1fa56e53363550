using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenAI.Gateway.Routing.Snapshots;

/// <summary>Degraded, which is still ready, while the orchestrator is away: requests are served from the last snapshot.</summary>
internal sealed class ControlPlaneHealthCheck(ControlPlaneLink link, Fleet fleet) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(link.IsUp
            ? HealthCheckResult.Healthy($"Following the orchestrator, snapshot {fleet.Current.Snapshot.Version}.")
            : HealthCheckResult.Degraded($"The orchestrator is away; going on with snapshot {fleet.Current.Snapshot.Version}."));
}
