namespace GenAI.Gateway.Dispatch;

/// <summary>The instance could not be reached, broke off, is overloaded or has lost the job: another may well do it.</summary>
internal sealed class InstanceFailedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Nothing listens at its address: its process is gone, and whatever it did with it.</summary>
    public bool IsGone { get; init; }

    /// <summary>It answered, so that it did not do what it was asked.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>It has lost the job, or what the job made: asking again is of no use.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The instance had the job when it failed.</summary>
    public bool HadJob { get; init; }

    /// <summary>The job may go on there, out of our sight.</summary>
    public bool MayGoOn { get; init; }
}
