namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command that can be run for the resource: `start`, or one of the AppHost's own.</summary>
public sealed class ResourceCommandAnnotation : IResourceAnnotation
{
    internal ResourceCommandAnnotation(
        string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions options)
    {
        Name = name ?? throw new ArgumentNullException(nameof(name));
        DisplayName = displayName ?? throw new ArgumentNullException(nameof(displayName));
        ExecuteCommand = executeCommand ?? throw new ArgumentNullException(nameof(executeCommand));
        UpdateState = options.UpdateState ?? (static _ => ResourceCommandState.Enabled);
        DisplayDescription = options.Description;
        ConfirmationMessage = options.ConfirmationMessage;
        IconName = options.IconName;
        IconVariant = options.IconVariant;
        IsHighlighted = options.IsHighlighted;
    }

    public string Name { get; }

    public string DisplayName { get; }

    public Func<UpdateCommandStateContext, ResourceCommandState> UpdateState { get; }

    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; }

    public string? DisplayDescription { get; }

    public string? ConfirmationMessage { get; }

    public string? IconName { get; }

    public IconVariant? IconVariant { get; }

    public bool IsHighlighted { get; }

    /// <summary>The command acts on all instances of the resource at once, whichever it is run for.</summary>
    internal bool IsForWholeResource { get; init; }
}
