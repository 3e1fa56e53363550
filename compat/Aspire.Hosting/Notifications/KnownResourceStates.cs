namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states that Aspire knows; a resource of the AppHost's own may publish others.</summary>
public static class KnownResourceStates
{
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>A dependency is waited for.</summary>
    public static readonly string Waiting = nameof(Waiting);

    public static readonly string Building = nameof(Building);

    public static readonly string Starting = nameof(Starting);

    public static readonly string Running = nameof(Running);

    public static readonly string Active = nameof(Active);

    public static readonly string Stopping = nameof(Stopping);

    /// <summary>A process has ended.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>A container has ended.</summary>
    public static readonly string Exited = nameof(Exited);

    public static readonly string FailedToStart = nameof(FailedToStart);

    public static readonly string RuntimeUnhealthy = nameof(RuntimeUnhealthy);

    /// <summary>A parameter has no value.</summary>
    public static readonly string ValueMissing = nameof(ValueMissing);

    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

public static class KnownResourceStateStyles
{
    public static readonly string Success = "success";

    public static readonly string Error = "error";

    public static readonly string Info = "info";

    public static readonly string Warn = "warning";
}
