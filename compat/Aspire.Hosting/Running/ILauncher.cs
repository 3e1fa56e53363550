using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Starts what a kind of resource is run as.</summary>
internal interface ILauncher
{
    /// <summary>Whether it can start anything at all, asked before the resource waits for others.</summary>
    /// <param name="again">Somebody starts it by hand, perhaps because what was missing is there now.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="EngineUnavailable">There is nothing to run it on.</exception>
    Task CheckAsync(bool again, CancellationToken cancellationToken);

    /// <summary>Starts every instance of a resource.</summary>
    /// <exception cref="StartFailure">It cannot be started.</exception>
    Task<ImmutableArray<ResourceRun>> StartAsync(
        IResource resource, ImmutableArray<ResourceInstance> instances, ImmutableArray<EndpointPlan> endpoints, CancellationToken cancellationToken);
}
