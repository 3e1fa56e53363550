using Aspire.Hosting.Running;
using static Aspire.Hosting.ApplicationModel.KnownResourceStates;
using static Aspire.Hosting.ApplicationModel.ResourceCommandState;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The commands of everything that the AppHost starts, and in which states each can be run.</summary>
internal static class LifecycleCommands
{
    public static void Add(ResourceController controller, ApplicationRunner runner)
    {
        var resource = controller.Resource;
        Add(resource, KnownResourceCommands.StartCommand, "Start", "Starts the resource, without waiting for what it depends on.", StartState,
            context => StartAsync(controller, runner, context.CancellationToken));
        Add(resource, KnownResourceCommands.StopCommand, "Stop", "Stops the resource.", StopState, async _ =>
        {
            await controller.StopAsync();
            return CommandResults.Success();
        });
        Add(resource, KnownResourceCommands.RestartCommand, "Restart", "Stops the resource and starts it again.", RestartState, async context =>
        {
            await controller.StopAsync();
            return await StartAsync(controller, runner, context.CancellationToken);
        });
    }

    public static ResourceCommandState StartState(string? state)
        // A container whose engine was missing is started by hand once there is one: nothing here watches for it.
        => state is null || state == Starting || state == Building ? Disabled
            : IsStopped(state) || state == Waiting || state == RuntimeUnhealthy ? Enabled
            : Hidden;

    public static ResourceCommandState StopState(string? state)
        => state == Stopping ? Disabled
            : IsStopped(state) || state is null || state == Starting || state == Waiting || state == Building || state == RuntimeUnhealthy ? Hidden
            : Enabled;

    public static ResourceCommandState RestartState(string? state) => StopState(state) == Enabled ? Enabled : Disabled;

    private static bool IsStopped(string? state) => TerminalStates.Contains(state) || state == NotStarted;

    private static void Add(
        IResource resource,
        string name,
        string displayName,
        string description,
        Func<string?, ResourceCommandState> stateOf,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> execute)
    {
        // An AppHost may have put a command of its own in the place of one of these.
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().Any(command => command.Name == name))
            return;
        resource.Annotations.Add(new ResourceCommandAnnotation(name, displayName, execute, new CommandOptions
        {
            Description = description,
            IsHighlighted = true,
            UpdateState = context => stateOf(context.ResourceSnapshot.State?.Text),
        }) { IsForWholeResource = true });
    }

    private static async Task<ExecuteCommandResult> StartAsync(
        ResourceController controller, ApplicationRunner runner, CancellationToken cancellationToken)
    {
        try
        {
            await runner.StartByHandAsync(controller, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return new ExecuteCommandResult { Success = false, Canceled = true, Message = "The start was cancelled, or the application stops." };
        }

        return runner.StateOf(controller.Resource) is { State.Text: var state, Reason: var reason } && state == FailedToStart
            ? CommandResults.Failure(reason)
            : CommandResults.Success();
    }
}
