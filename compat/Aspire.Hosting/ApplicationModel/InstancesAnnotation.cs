using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The ids of a resource's instances, `name-xxxxxxxx` each, given once when the application starts.</summary>
internal sealed class InstancesAnnotation(ImmutableArray<string> ids) : IResourceAnnotation
{
    public ImmutableArray<string> Ids { get; } = ids;
}
