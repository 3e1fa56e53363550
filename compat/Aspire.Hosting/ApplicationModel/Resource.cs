using System.Diagnostics;

namespace Aspire.Hosting.ApplicationModel;

[DebuggerDisplay("{Name}")]
public abstract class Resource : IResource
{
    protected Resource(string name) => Name = ResourceNames.Validated("Resource", name);

    public virtual string Name { get; }

    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}
