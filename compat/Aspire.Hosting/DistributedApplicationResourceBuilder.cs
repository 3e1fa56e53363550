using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationResourceBuilder<T>(IDistributedApplicationBuilder applicationBuilder, T resource)
    : IResourceBuilder<T>
    where T : IResource
{
    public IDistributedApplicationBuilder ApplicationBuilder => applicationBuilder;

    public T Resource => resource;

    public IResourceBuilder<T> WithAnnotation<TAnnotation>(
        TAnnotation annotation,
        ResourceAnnotationMutationBehavior behavior = ResourceAnnotationMutationBehavior.Append)
        where TAnnotation : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(annotation);
        if (behavior == ResourceAnnotationMutationBehavior.Replace)
            RemoveAll<TAnnotation>();
        resource.Annotations.Add(annotation);
        return this;
    }

    private void RemoveAll<TAnnotation>()
        where TAnnotation : IResourceAnnotation
    {
        foreach (var old in resource.Annotations.OfType<TAnnotation>().ToArray())
            resource.Annotations.Remove(old);
    }
}
