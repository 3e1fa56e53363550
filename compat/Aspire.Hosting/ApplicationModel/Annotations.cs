using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resource is started by hand (ResourceCommands, "start"), not with the application.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;

public sealed class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    public int Replicas { get; } = replicas;
}

/// <summary>A health check (by its registration's name) that speaks for the resource.</summary>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    public string Key { get; } = key ?? throw new ArgumentNullException(nameof(key));
}

public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    public IResource Resource { get; } = resource;

    public string Type { get; } = type;
}

/// <summary>Whether the resource's endpoints stand behind a proxy unless they say so themselves.</summary>
public sealed class ProxySupportAnnotation : IResourceAnnotation
{
    public required bool ProxyEnabled { get; set; }
}

/// <summary>What the resource's state is before anything happened.</summary>
public class ResourceSnapshotAnnotation(CustomResourceSnapshot initialSnapshot) : IResourceAnnotation
{
    public CustomResourceSnapshot InitialSnapshot { get; } = initialSnapshot;
}

/// <summary>Adds to or edits the resource's command line when it starts.</summary>
public class CommandLineArgsCallbackAnnotation : IResourceAnnotation
{
    public CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> callback)
        => Callback = callback ?? throw new ArgumentNullException(nameof(callback));

    public CommandLineArgsCallbackAnnotation(Action<IList<object>> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Callback = context =>
        {
            callback(context.Args);
            return Task.CompletedTask;
        };
    }

    public Func<CommandLineArgsCallbackContext, Task> Callback { get; }
}

public sealed class CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
{
    public IList<object> Args { get; } = args;

    public IResource Resource { get; } = resource;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public DistributedApplicationExecutionContext ExecutionContext { get; init; } = new(DistributedApplicationOperation.Run);

    public ILogger Logger { get; init; } = NullLogger.Instance;
}
