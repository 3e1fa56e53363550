using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Containers, on Docker or Podman: image, network, container, in that order. A persistent container that is as it should be is taken as it is.</summary>
internal sealed class ContainerLauncher(
    ContainerEngines engines,
    SessionNetwork network,
    ContainerImages images,
    ContainerPlanner planner,
    AppHostIdentity identity,
    RunningServices services) : ILauncher
{
    public Task CheckAsync(bool again, CancellationToken cancellationToken) => engines.FindAsync(again, cancellationToken);

    public async Task<ImmutableArray<ResourceRun>> StartAsync(
        IResource resource, ImmutableArray<ResourceInstance> instances, ImmutableArray<EndpointPlan> endpoints, CancellationToken cancellationToken)
    {
        var engine = await engines.FindAsync(again: false, cancellationToken);
        var instance = instances.Single();
        var joined = await network.JoinAsync(engine, cancellationToken);
        var image = await images.EnsureAsync(engine, instance, cancellationToken);
        var plan = await planner.PlanAsync(instance, image, joined, endpoints, cancellationToken);
        await PublishPlanAsync(instance, plan, endpoints);

        var isPersistent = resource.IsPersistent();
        var found = await engine.InspectAsync(plan.Name, cancellationToken);
        var isReused = found is not null && isPersistent && found.Label(AppHostIdentity.DefinitionLabel) == plan.Fingerprint;
        var isMade = false;
        try
        {
            if (!isReused)
            {
                if (found is not null)
                    await RemoveFormerAsync(engine, plan.Name, found, cancellationToken);
                await CreateAsync(engine, resource, plan, isPersistent, cancellationToken);
                isMade = true;
            }

            if (!isReused || !found!.State.Running)
                await BeginAsync(engine, plan, cancellationToken);
            var status = await engine.InspectAsync(plan.Name, cancellationToken)
                ?? throw new StartFailure($"its container '{plan.Name}' was removed as soon as it was started.");
            return [new ContainerRun(instance, engine, status, isPersistent, isReused, endpoints, services)];
        }
        catch (Exception) when (isMade)
        {
            // Cancelled or failed: a container that is no use to anybody does not stay.
            await engine.RunAsync(["rm", "--force", "--volumes", plan.Name], CancellationToken.None);
            throw;
        }
    }

    private async Task CreateAsync(
        ContainerEngine engine, IResource resource, ContainerPlan plan, bool isPersistent, CancellationToken cancellationToken)
    {
        List<string> labels =
        [
            $"{AppHostIdentity.AppHostLabel}={identity.AppHost}",
            $"{AppHostIdentity.ResourceLabel}={resource.Name}",
            $"{AppHostIdentity.DefinitionLabel}={plan.Fingerprint}",
        ];
        if (!isPersistent)
            labels.AddRange([$"{AppHostIdentity.SessionLabel}={identity.Session}", $"{AppHostIdentity.OwnerLabel}={identity.Owner}"]);

        var (variables, environment) = ContainerEngine.HandOver("--env", plan.Environment);
        var result = await engine.RunAsync(
            ["create", "--name", plan.Name, .. labels.SelectMany(label => new[] { "--label", label }), .. variables, .. plan.Options, plan.Image, .. plan.Arguments],
            cancellationToken,
            environment);
        if (result.ExitCode != 0)
            throw new StartFailure($"{engine.Name} could not make its container: {result.Complaint}.");
    }

    private static async Task BeginAsync(ContainerEngine engine, ContainerPlan plan, CancellationToken cancellationToken)
    {
        var result = await engine.RunAsync(["start", plan.Name], cancellationToken);
        if (result.ExitCode != 0)
            throw new StartFailure($"{engine.Name} could not start its container: {result.Complaint}.");
    }

    /// <exception cref="StartFailure">The container of that name is somebody else's.</exception>
    private async Task RemoveFormerAsync(ContainerEngine engine, string name, ContainerStatus former, CancellationToken cancellationToken)
    {
        if (former.Label(AppHostIdentity.AppHostLabel) != identity.AppHost)
            throw new StartFailure($"a container named '{name}' exists that this AppHost did not make. Remove it, or give the resource another WithContainerName.");
        if (former.Label(AppHostIdentity.OwnerLabel) is { } owner && owner != identity.Owner && !identity.IsGone(owner))
            throw new StartFailure($"a container named '{name}' is in use by another run of this AppHost. Stop that one first.");
        await engine.RunAsync(["rm", "--force", "--volumes", former.Id], cancellationToken);
    }

    private Task PublishPlanAsync(ResourceInstance instance, ContainerPlan plan, ImmutableArray<EndpointPlan> endpoints)
        => services.Notifications.PublishUpdateAsync(instance.Resource, instance.Id, snapshot => snapshot with
        {
            State = KnownResourceStates.Starting,
            EnvironmentVariables = [.. plan.Environment.Select(v => new EnvironmentVariableSnapshot(v.Key, v.Value, IsFromSpec: true))],
            Properties =
            [
                .. snapshot.Properties.Where(property => !property.Name.StartsWith("container.", StringComparison.Ordinal)),
                new("container.image", plan.Image),
                new("container.command", ((ContainerResource)instance.Resource).Entrypoint),
                new("container.args", plan.Arguments.ToImmutableArray()) { IsSensitive = true },
                new("container.ports", endpoints.Select(endpoint => endpoint.InstancePorts[0]).ToImmutableArray()),
                new("container.lifetime", instance.Resource.IsPersistent() ? ContainerLifetime.Persistent : ContainerLifetime.Session),
            ],
        });
}
