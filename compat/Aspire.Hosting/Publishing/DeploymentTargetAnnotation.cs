namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where compute resources are deployed, such as a Docker Compose file.</summary>
public interface IComputeEnvironmentResource : IResource;

/// <summary>What a resource becomes in a compute environment.</summary>
public sealed class DeploymentTargetAnnotation(IResource target) : IResourceAnnotation
{
    public IResource DeploymentTarget { get; } = target;

    public IComputeEnvironmentResource? ComputeEnvironment { get; set; }
}
