using GenAI.Orchestrator.Instances;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenAI.Orchestrator.Health;

/// <summary>
/// Ready once every instance has been probed, whatever came of it: from then on the snapshot says something.
/// That models are healthy is no condition, for a model that cannot start must not hold up the rest.
/// </summary>
internal sealed class FirstRoundCheck(InstanceRegistry registry) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(registry.FirstRoundDone
            ? HealthCheckResult.Healthy("Every instance has been probed.")
            : HealthCheckResult.Unhealthy("The first round of probes is not complete."));
}
