namespace Aspire.Hosting.ApplicationModel;

public static class KnownResourceCommands
{
    public static readonly string StartCommand = "start";

    public static readonly string StopCommand = "stop";

    public static readonly string RestartCommand = "restart";
}

/// <summary>Runs the commands of resources: those that start and stop them, and the AppHost's own.</summary>
public class ResourceCommandService
{
    private readonly DistributedApplicationModel _model;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(DistributedApplicationModel model, ResourceLoggerService loggers, IServiceProvider services)
    {
        _model = model;
        _loggers = loggers;
        _services = services;
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return ExecuteCommandAsync(resource.Name, commandName, cancellationToken);
    }

    /// <summary>For a resource by its name, or by the id of one of its instances. What starts and stops is the whole resource's.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resourceId);
        ArgumentNullException.ThrowIfNull(commandName);
        var resource = _model.Resources.FirstOrDefault(resource => ResourceNames.Comparer.Equals(resource.Name, resourceId)
            || resource.GetResolvedResourceNames().Contains(resourceId, ResourceNames.Comparer));
        if (resource is null)
            return CommandResults.Failure($"Resource '{resourceId}' does not exist.");
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(command => command.Name == commandName);
        if (command is null)
            return CommandResults.Failure($"Command '{commandName}' is not available for resource '{resourceId}'.");

        string[] ids = command.IsForWholeResource ? [resource.GetResolvedResourceNames()[0]]
            : ResourceNames.Comparer.Equals(resource.Name, resourceId) ? resource.GetResolvedResourceNames()
            : [resourceId];
        var results = await Task.WhenAll(ids.Select(id => ExecuteAsync(resource, id, command, cancellationToken)));
        return results.FirstOrDefault(result => !result.Success) ?? results[0];
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(
        IResource resource, string id, ResourceCommandAnnotation command, CancellationToken cancellationToken)
    {
        try
        {
            return await command.ExecuteCommand(new ExecuteCommandContext
            {
                Services = _services,
                ResourceName = id,
                CancellationToken = cancellationToken,
                Logger = _loggers.GetLogger(resource),
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (Exception failure)
        {
            // Whatever went wrong in a handler of the AppHost's is that command's result.
            return CommandResults.Failure(failure);
        }
    }
}
