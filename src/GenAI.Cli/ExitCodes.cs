namespace GenAI.Cli;

/// <summary>What scripts can go by.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The gateway refused or failed.</summary>
    public const int Refused = 1;

    /// <summary>The command itself was wrong.</summary>
    public const int Usage = 2;

    /// <summary>The gateway could not be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>The key was missing, not valid, or not allowed to do this.</summary>
    public const int NotAllowed = 4;

    /// <summary>Ctrl+C, or the answer to the question was no.</summary>
    public const int Cancelled = 130;

    public const string Help = "Exit codes: 0 done, 1 refused by the gateway, 2 wrong usage, 3 gateway not reached, 4 key missing or not allowed, 130 cancelled.";
}
