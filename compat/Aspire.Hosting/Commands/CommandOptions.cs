namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command is shown, and when it can be run.</summary>
public class CommandOptions
{
    public string? Description { get; set; }

    /// <summary>Asked before the command is run; not asked when null.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>The name of a Fluent icon, which only the official dashboard draws.</summary>
    public string? IconName { get; set; }

    public IconVariant? IconVariant { get; set; }

    /// <summary>Shown beside the resource, not only among its other commands.</summary>
    public bool IsHighlighted { get; set; }

    /// <summary>Always enabled when null.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState>? UpdateState { get; set; }
}
