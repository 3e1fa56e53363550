using System.Diagnostics;

namespace GenAI.ModelServer.Jobs;

/// <summary>One request for images, from the moment it is queued.</summary>
/// <param name="id">Unique among the jobs that wait or run.</param>
/// <param name="number">The place in the queue: smaller runs first, equal ones in order of arrival.</param>
/// <param name="queuedAt">When it was accepted.</param>
internal abstract class Job(string id, double number, DateTimeOffset queuedAt)
{
    public string Id { get; } = id;

    public double Number { get; } = number;

    public DateTimeOffset QueuedAt { get; } = queuedAt;

    /// <summary>About what it costs in memory while it waits.</summary>
    public virtual long Bytes => 0;

    /// <summary>The trace of the request that brought it.</summary>
    public ActivityContext Origin { get; } = Activity.Current?.Context ?? default;
}
