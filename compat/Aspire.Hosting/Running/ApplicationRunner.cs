using System.Collections.Immutable;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>
/// Runs the application: gives every resource its ids, ports and first state, then starts those that start by themselves, all at
/// once; each waits for its own dependencies. Stopping ends all of them at once too.
/// </summary>
internal sealed class ApplicationRunner(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    ParameterStarter parameters,
    ProcessLauncher processes,
    ContainerLauncher containers,
    SessionNetwork network,
    AppHostIdentity identity,
    RunningServices services,
    IConfiguration configuration) : IHostedService, IAsyncDisposable, IDisposable
{
    private const string IdCharacters = "abcdefghjkmnpqrstuvwxyz";
    private const int IdLength = 8;

    private readonly CancellationTokenSource _stopping = new();
    private ImmutableArray<ResourceController> _controllers = [];

    public ImmutableArray<ResourceController> Controllers => _controllers;

    public CustomResourceSnapshot? StateOf(IResource resource)
        => services.Notifications.TryGetCurrentState(resource.GetResolvedResourceNames()[0], out var current) ? current.Snapshot : null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (executionContext.IsPublishMode)
            throw new DistributedApplicationException("In publish mode an application is run to its end (Run), not started.");

        foreach (var resource in model.Resources.Where(LaunchPlanner.CanLaunch))
            resource.Annotations.Add(new InstancesAnnotation([.. Enumerable.Range(0, resource.GetReplicaCount()).Select(_ => NewId(resource))]));
        var endpoints = PlanEndpoints();
        await PublishInitialStatesAsync(cancellationToken);
        await parameters.StartAsync(cancellationToken);

        _controllers = [.. model.Resources.Where(LaunchPlanner.CanLaunch).Select(resource => ControllerOf(resource, endpoints[resource]))];
        foreach (var controller in _controllers)
            LifecycleCommands.Add(controller, this);
        // Nobody waits for these: what becomes of each is its resource's state.
        foreach (var controller in _controllers.Where(c => !c.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>()))
            _ = controller.StartAsync(skipWaiting: false, _stopping.Token);
        foreach (var resource in model.Resources.Where(resource => !LaunchPlanner.CanLaunch(resource)))
            _ = Task.Run(() => InitializeAsync(resource), CancellationToken.None);

        await services.Eventing.PublishAsync(new AfterResourcesCreatedEvent(services.Provider, model), cancellationToken);
    }

    /// <summary>A start that somebody asked for: it waits for no dependency, and ends with the application.</summary>
    /// <exception cref="OperationCanceledException">The application stops, or the caller no longer wants it.</exception>
    public async Task StartByHandAsync(ResourceController controller, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await controller.StartAsync(skipWaiting: true, either.Token);
        either.Token.ThrowIfCancellationRequested();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await StopAllAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Ends every process at once: the second Ctrl+C.</summary>
    public void Kill()
    {
        foreach (var controller in _controllers)
            controller.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
            await _stopping.CancelAsync();
        await Task.WhenAll(_controllers.Select(controller => controller.DisposeAsync().AsTask()));
        await network.LeaveAsync();
        _controllers = [];
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>A resource of the AppHost's own begins; its handlers may take as long as the application runs.</summary>
    private async Task InitializeAsync(IResource resource)
    {
        var begin = new InitializeResourceEvent(resource, services.Eventing, services.Loggers, services.Notifications, services.Provider);
        try
        {
            await services.Eventing.PublishAsync(begin, EventDispatchBehavior.BlockingConcurrent, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The application stops.
        }
        catch (Exception failure)
        {
            // Whatever went wrong in a handler of the AppHost's belongs to this resource alone.
            await services.Failures.PublishAsync(resource, failure);
        }
    }

    private async Task StopAllAsync()
    {
        await Task.WhenAll(_controllers.Select(controller => controller.StopAsync(withApplication: true)));
        await network.LeaveAsync();
    }

    private Dictionary<IResource, ImmutableArray<EndpointPlan>> PlanEndpoints()
    {
        var ports = new LocalPorts();
        var planner = new EndpointPlanner(ports, configuration.GetValue<bool>("DcpPublisher:RandomizePorts"));
        var resources = model.Resources.Where(LaunchPlanner.CanLaunch).ToArray();
        foreach (var port in resources.SelectMany(planner.FixedPorts))
            ports.Reserve(port);

        var plans = resources.ToDictionary(resource => resource, planner.Plan);
        foreach (var (resource, plan) in plans.SelectMany(entry => entry.Value, (entry, plan) => (entry.Key, plan)))
        {
            plan.Endpoint.AllocatedEndpoint = new AllocatedEndpoint(
                plan.Endpoint, plan.Endpoint.TargetHost, plan.PublicPort, InstanceTemplate.PortOf(resource.Name, plan.Endpoint.Name));
        }

        return plans;
    }

    private async Task PublishInitialStatesAsync(CancellationToken cancellationToken)
    {
        foreach (var resource in model.Resources)
        {
            var urls = await ResourceUrls.OfAsync(resource, executionContext, services.Loggers, cancellationToken);
            await services.Notifications.PublishUpdateAsync(resource, snapshot => snapshot with
            {
                State = snapshot.State ?? (resource.HasAnnotationOfType<ExplicitStartupAnnotation>() ? KnownResourceStates.NotStarted : null),
                CreationTimeStamp = services.Time.GetUtcNow().UtcDateTime,
                Urls = urls,
                Relationships = [.. resource.Annotations.OfType<ResourceRelationshipAnnotation>()
                    .Select(relationship => new RelationshipSnapshot(relationship.Resource.Name, relationship.Type)).Distinct()],
            });
            if (resource.HasAnnotationOfType<EndpointAnnotation>())
                await services.Eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services.Provider), cancellationToken);
        }
    }

    private ResourceController ControllerOf(IResource resource, ImmutableArray<EndpointPlan> endpoints)
    {
        var ids = resource.GetResolvedResourceNames();
        return new ResourceController(resource, endpoints, [.. ids.Select((id, index) => Instance(resource, id, index, endpoints))], LauncherOf(resource), services);
    }

    private ILauncher LauncherOf(IResource resource) => resource is ContainerResource ? containers : processes;

    private static ResourceInstance Instance(IResource resource, string id, int index, ImmutableArray<EndpointPlan> endpoints)
    {
        var values = endpoints.ToDictionary(
            plan => InstanceTemplate.PortOf(resource.Name, plan.Endpoint.Name),
            plan => plan.InstancePorts[index].ToString(System.Globalization.CultureInfo.InvariantCulture));
        values[InstanceTemplate.ServiceName] = resource.Name;
        values[InstanceTemplate.ServiceInstanceId] = id[(id.LastIndexOf('-') + 1)..];
        return new ResourceInstance(resource, id, values);
    }

    // A container is found again by its name: one that stays has the same each time.
    private string NewId(IResource resource)
    {
        if (resource.TryGetLastAnnotation<ContainerNameAnnotation>(out var given))
            return given.Name;
        return $"{resource.Name}-{(resource.IsPersistent() ? identity.AppHost : RandomNumberGenerator.GetString(IdCharacters, IdLength))}";
    }
}
