namespace GenAI.ModelServer.Jobs;

/// <summary>Why a running job was told to stop.</summary>
internal enum JobStop
{
    /// <summary>A client asked for it, or the client that waited for it went away.</summary>
    Interrupted,

    /// <summary>It ran longer than <see cref="JobOptions.TimeLimit"/>.</summary>
    TimedOut,

    /// <summary>The server is stopping.</summary>
    Shutdown,
}
