using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Projects and executables: processes of this machine.</summary>
internal sealed class ProcessLauncher(LaunchPlanner planner, RunningServices services) : ILauncher
{
    public Task CheckAsync(bool again, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<ImmutableArray<ResourceRun>> StartAsync(
        IResource resource, ImmutableArray<ResourceInstance> instances, ImmutableArray<EndpointPlan> endpoints, CancellationToken cancellationToken)
    {
        var plan = await planner.PlanAsync(resource, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var runs = ImmutableArray.CreateBuilder<ResourceRun>(instances.Length);
        try
        {
            foreach (var instance in instances)
                runs.Add(await ProcessRun.StartAsync(instance, plan, services));
        }
        catch (Exception)
        {
            foreach (var run in runs)
                await run.DisposeAsync();
            throw;
        }

        return runs.ToImmutable();
    }
}
