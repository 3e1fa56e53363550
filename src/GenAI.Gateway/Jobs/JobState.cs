namespace GenAI.Gateway.Jobs;

/// <summary>Where a job is. <see cref="Completed"/> and what follows are ends: a job never leaves them.</summary>
internal enum JobState
{
    /// <summary>Accepted and journalled; waits for an instance, perhaps not for the first time.</summary>
    Queued,

    /// <summary>Bound to an instance that has not begun it yet.</summary>
    Dispatched,

    /// <summary>The instance works on it.</summary>
    Running,

    Completed,

    /// <summary>An instance failed in it, or two died of it.</summary>
    Failed,

    Cancelled,

    /// <summary>It ran when everything that knew of it went away, and may or may not have ended.</summary>
    Lost,
}

internal static class JobStates
{
    public static bool HasEnded(this JobState state) => state >= JobState.Completed;
}
