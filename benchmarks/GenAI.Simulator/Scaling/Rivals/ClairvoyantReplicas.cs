namespace GenAI.Simulator.Scaling.Rivals;

/// <summary>The fewest GPU-hours at which nobody waits, for one who knows every arrival.</summary>
/// <remarks>
/// A job takes the instance that was freed last; an instance is kept over a gap shorter than a cold start and otherwise stopped
/// and started again in time, paying the start. Taking the last freed makes the gaps of the stack of instances nest, so every
/// gap is decided by itself, and each costs the lesser of keeping and restarting. It is a bound for service without waiting: where
/// the load is large and even, a policy that uses the wait and the misses that are allowed can do with less. Its instances never die.
/// </remarks>
internal static class ClairvoyantReplicas
{
    public static ScaleOutcome Bound(IReadOnlyList<ScaleJob> jobs, ScaleSettings settings)
    {
        var ends = new PriorityQueue<double, double>();
        var free = new Stack<double>();
        double seconds = 0;
        var starts = 0;
        foreach (var job in jobs)
        {
            while (ends.TryPeek(out _, out var end) && end <= job.Arrival) free.Push(ends.Dequeue());
            if (free.TryPop(out var since) && job.Arrival - since <= settings.ColdStartSeconds)
            {
                seconds += job.Arrival - since;
            }
            else
            {
                seconds += settings.ColdStartSeconds;
                starts++;
            }

            seconds += job.Service;
            ends.Enqueue(job.Arrival + job.Service, job.Arrival + job.Service);
        }

        return new ScaleOutcome(jobs[0].Model, seconds / 3600, [.. jobs.Select(_ => 0.0)], starts);
    }
}
