using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Dispatch;

/// <summary>What became of a run.</summary>
internal enum RunOutcomeKind
{
    /// <summary>The job has ended.</summary>
    Ended,

    /// <summary>The job waits again.</summary>
    GivenBack,

    /// <summary>The job was not begun: another gateway has it, or the instance has no room for it now.</summary>
    NotClaimed,

    /// <summary>Another gateway has the job since, and does with it what is to be done.</summary>
    Taken,

    /// <summary>The gateway stops; the job goes on at the instance, and will be found there.</summary>
    Detached,
}

/// <param name="Job">As it is now.</param>
/// <param name="InstanceFailed">The instance is to be left alone for a while.</param>
/// <param name="LeftBehind">The job may still be at the instance, from which it could not be taken.</param>
internal sealed record RunOutcome(RunOutcomeKind Kind, Job Job, bool InstanceFailed = false, bool LeftBehind = false);
