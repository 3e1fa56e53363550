using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard.Resources;

/// <summary>How a state is to be seen: its colour and mark.</summary>
internal enum Mood
{
    Neutral,
    Busy,
    Well,
    Warning,
    Failed,
}

internal sealed record CommandView(string Name, string DisplayName, string? Description, string? Confirmation, bool IsHighlighted, bool IsEnabled);

/// <summary>One instance of a resource as the pages show it; nothing in it is a secret.</summary>
internal sealed record ResourceView
{
    public required IResource Resource { get; init; }

    /// <summary>The id in addresses: the resource's name, or the instance's id where there are several.</summary>
    public required string Id { get; init; }

    /// <summary>The name, and the number of the replica where there are several: `gateway/2`.</summary>
    public required string DisplayName { get; init; }

    public required string Type { get; init; }

    public required string State { get; init; }

    public required Mood Mood { get; init; }

    /// <summary>Why it is in its state, in one line.</summary>
    public string? Reason { get; init; }

    public string Source { get; init; } = "";

    public DateTime? Started { get; init; }

    public DateTime? Stopped { get; init; }

    public int? ExitCode { get; init; }

    public ImmutableArray<HealthReportSnapshot> Health { get; init; } = [];

    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    public ImmutableArray<(string Name, string Value)> Environment { get; init; } = [];

    public ImmutableArray<(string Name, string Value)> Properties { get; init; } = [];

    public ImmutableArray<CommandView> Commands { get; init; } = [];
}
