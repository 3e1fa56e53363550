using GenAI.Scheduling.Dispatch.Planning;

namespace GenAI.Scheduling.Dispatch;

/// <summary>
/// Decides which waiting job goes to which instance now. Jobs are bound late: only a free instance is given one.
/// </summary>
/// <remarks>
/// <para>A pairing passes the filters, then the scorers add up what it costs in seconds: waiting for the instance, loading the
/// checkpoint (the dearer, the more jobs wait), what is dropped from memory, LoRAs, a slower GPU. The lane of jobs that
/// removes most urgency per second is placed first, where it costs least; when that is a busy instance, the job waits for it.
/// Before all that come jobs that have been passed over for as long as is allowed; after it, with what is left, jobs
/// of tenants that are over their share.</para>
/// <para>Worked example: two free instances hold A and B, a third is busy with C for 10 s more. Waiting: one job for A and one
/// for C; a load takes 22 s. The job for A starts at once on the first (cost 0). The job for C costs 12 s if it waits for the
/// third, and on the second at least 22 s and the loss of B: it is held.</para>
/// <para>The decision depends on its arguments alone and changes nothing that can be seen from outside: the caller applies it
/// (<see cref="DispatchQueue.Start"/>). Not safe for concurrent use, since it keeps its working memory.</para>
/// </remarks>
public sealed class DispatchPolicy
{
    private readonly DispatchPlan _plan;

    /// <exception cref="ArgumentException">Some option is out of its range; the message names all of them.</exception>
    public DispatchPolicy(DispatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        DispatchOptionsValidator.ThrowIfInvalid(options);
        _plan = new DispatchPlan(options);
    }

    /// <summary>What to start now: of many jobs that could be, the first hundred. An instance gets at most one job, and only when it is free.</summary>
    /// <param name="instances">Each id once.</param>
    public DispatchDecision Next(DispatchQueue queue, IReadOnlyList<InstanceView> instances, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(instances);
        return queue.Count == 0 && !queue.Options.Prefetch ? DispatchDecision.Nothing : _plan.Decide(queue, instances, now.ToSeconds());
    }

    /// <summary>"Why not that one?": what every instance would cost a waiting job now, or which filter refuses it.</summary>
    /// <returns>In the order of <paramref name="instances"/>; empty when no such job waits.</returns>
    public IReadOnlyList<InstanceVerdict> Explain(DispatchQueue queue, string jobId, IReadOnlyList<InstanceView> instances, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(instances);
        return queue.Find(jobId) is { } entry ? _plan.Explain(queue, entry, instances, now.ToSeconds()) : [];
    }
}
