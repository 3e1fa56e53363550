namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that a compute environment can run: a project or a container.</summary>
public interface IComputeResource : IResource;

/// <summary>An image, run as a container.</summary>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IComputeResource
{
    /// <summary>What runs instead of the image's own entrypoint.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}
