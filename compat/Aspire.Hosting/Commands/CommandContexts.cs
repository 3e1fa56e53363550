using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a command is told when it is run.</summary>
public sealed class ExecuteCommandContext
{
    public required IServiceProvider Services { get; init; }

    /// <summary>The id of the instance that the command is run for.</summary>
    public required string ResourceName { get; init; }

    public required CancellationToken CancellationToken { get; init; }

    /// <summary>What is written here is the resource's console output.</summary>
    public required ILogger Logger { get; init; }
}

/// <summary>What a command is told when it is asked whether it can be run now.</summary>
public sealed class UpdateCommandStateContext
{
    public required CustomResourceSnapshot ResourceSnapshot { get; init; }

    public required IServiceProvider Services { get; init; }
}

public enum ResourceCommandState
{
    Enabled,
    Disabled,
    Hidden,
}

public enum IconVariant
{
    Regular,
    Filled,
}
