using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

public static class ResourceExtensions
{
    public static bool TryGetLastAnnotation<T>(this IResource resource, [NotNullWhen(true)] out T? annotation)
        where T : IResourceAnnotation
    {
        annotation = resource.Annotations.OfType<T>().LastOrDefault();
        return annotation is not null;
    }

    public static bool TryGetAnnotationsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
        where T : IResourceAnnotation
    {
        var found = resource.Annotations.OfType<T>().ToArray();
        result = found.Length > 0 ? found : null;
        return result is not null;
    }

    public static bool HasAnnotationOfType<T>(this IResource resource)
        where T : IResourceAnnotation
        => resource.Annotations.OfType<T>().Any();

    public static bool TryGetAnnotationsIncludingAncestorsOfType<T>(
        this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
        where T : IResourceAnnotation
    {
        var found = resource.SelfAndAncestors().SelectMany(r => r.Annotations.OfType<T>()).ToArray();
        result = found.Length > 0 ? found : null;
        return result is not null;
    }

    public static bool HasAnnotationIncludingAncestorsOfType<T>(this IResource resource)
        where T : IResourceAnnotation
        => resource.TryGetAnnotationsIncludingAncestorsOfType<T>(out _);

    public static bool TryGetEnvironmentVariables(
        this IResource resource, [NotNullWhen(true)] out IEnumerable<EnvironmentCallbackAnnotation>? environmentVariables)
        => resource.TryGetAnnotationsOfType(out environmentVariables);

    public static bool TryGetEndpoints(this IResource resource, [NotNullWhen(true)] out IEnumerable<EndpointAnnotation>? endpoints)
        => resource.TryGetAnnotationsOfType(out endpoints);

    public static bool TryGetUrls(this IResource resource, [NotNullWhen(true)] out IEnumerable<ResourceUrlAnnotation>? urls)
        => resource.TryGetAnnotationsOfType(out urls);

    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource)
        => resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => new EndpointReference(resource, endpoint));

    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName)
        => new(resource, endpointName);

    /// <summary>The image as <c>registry/image:tag</c>; false for a resource that has none.</summary>
    public static bool TryGetContainerImageName(this IResource resource, [NotNullWhen(true)] out string? imageName)
    {
        imageName = resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image) ? image.Reference : null;
        return imageName is not null;
    }

    public static bool IsExcludedFromPublish(this IResource resource)
        => resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var annotation) && annotation.Callback is null;

    public static int GetReplicaCount(this IResource resource)
        => resource.TryGetLastAnnotation<ReplicaAnnotation>(out var replicas) ? replicas.Replicas : 1;

    internal static bool IsPersistent(this IResource container)
        => container.TryGetLastAnnotation<ContainerLifetimeAnnotation>(out var lifetime) && lifetime.Lifetime == ContainerLifetime.Persistent;

    internal static bool HasDeploymentTarget(this IResource resource) => resource.HasAnnotationOfType<DeploymentTargetAnnotation>();

    /// <summary>The ids under which the resource's states are published: one per running instance, else its name.</summary>
    internal static string[] GetResolvedResourceNames(this IResource resource)
        => resource.TryGetLastAnnotation<InstancesAnnotation>(out var instances)
            ? [.. instances.Ids]
            : [resource.Name];

    private static IEnumerable<IResource> SelfAndAncestors(this IResource resource)
    {
        for (IResource? current = resource; current is not null; current = (current as IResourceWithParent)?.Parent)
            yield return current;
    }
}
