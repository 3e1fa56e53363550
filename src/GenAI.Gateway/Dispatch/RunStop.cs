namespace GenAI.Gateway.Dispatch;

/// <summary>Why the gateway itself stops a run.</summary>
internal enum RunStop
{
    None,

    /// <summary>Somebody who may cancelled the job.</summary>
    Cancelled,

    /// <summary>Nothing was heard of it for too long.</summary>
    Hung,

    /// <summary>Its instance is drained, and it took too long.</summary>
    Drained,

    /// <summary>The gateway stops.</summary>
    Shutdown,

    /// <summary>Another gateway had the job, and ended it.</summary>
    Taken,
}
