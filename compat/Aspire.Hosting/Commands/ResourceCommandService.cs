using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

public static class KnownResourceCommands
{
    public static readonly string StartCommand = "start";

    public static readonly string StopCommand = "stop";

    public static readonly string RestartCommand = "restart";
}

public sealed class ExecuteCommandResult
{
    public required bool Success { get; init; }

    public bool Canceled { get; init; }

    public string? Message { get; init; }
}

/// <summary>Starts, stops and restarts resources by hand.</summary>
public class ResourceCommandService
{
    private readonly ApplicationRunner _runner;

    internal ResourceCommandService(ApplicationRunner runner) => _runner = runner;

    public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return ExecuteCommandAsync(resource.Name, commandName, cancellationToken);
    }

    /// <summary>For a resource by its name, or by the id of one of its instances; the command is the whole resource's.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resourceId);
        ArgumentNullException.ThrowIfNull(commandName);
        var controller = _runner.Controllers.FirstOrDefault(c => ResourceNames.Comparer.Equals(c.Resource.Name, resourceId)
            || c.Resource.GetResolvedResourceNames().Contains(resourceId, ResourceNames.Comparer));
        if (controller is null)
            return new ExecuteCommandResult { Success = false, Message = $"Resource '{resourceId}' does not exist or cannot be started and stopped." };

        if (commandName == KnownResourceCommands.StartCommand)
            return await StartAsync(controller, cancellationToken);
        if (commandName != KnownResourceCommands.StopCommand && commandName != KnownResourceCommands.RestartCommand)
            return new ExecuteCommandResult { Success = false, Message = $"Command '{commandName}' is not available for resource '{resourceId}'." };

        await controller.StopAsync();
        return commandName == KnownResourceCommands.RestartCommand
            ? await StartAsync(controller, cancellationToken)
            : new ExecuteCommandResult { Success = true };
    }

    private async Task<ExecuteCommandResult> StartAsync(ResourceController controller, CancellationToken cancellationToken)
    {
        try
        {
            await _runner.StartByHandAsync(controller, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return new ExecuteCommandResult { Success = false, Canceled = true, Message = "The start was cancelled, or the application stops." };
        }

        var failed = _runner.StateOf(controller.Resource) is { State.Text: var state, Reason: var reason } && state == KnownResourceStates.FailedToStart
            ? reason
            : null;
        return new ExecuteCommandResult { Success = failed is null, Message = failed };
    }
}
