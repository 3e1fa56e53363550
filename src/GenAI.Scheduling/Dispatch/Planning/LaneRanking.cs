using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>Which lane of jobs is to be served first.</summary>
internal sealed class LaneRanking(DispatchOptions options, Draft draft)
{
    /// <summary>How many jobs of a lane its rank looks at; the others hardly change it.</summary>
    private const int Lookahead = 8;

    /// <summary>How many of a lane's oldest jobs compete to be its next.</summary>
    private const int JobsCompared = 32;

    private const double LeastSeconds = 0.001;

    /// <summary>
    /// Urgency removed per second of instance time, at its best over the lane's first jobs: the generalised cμ rule (Van
    /// Mieghem, "Dynamic scheduling with convex delay costs", 1995) with the load as a set-up that the jobs share.
    /// </summary>
    public double Rank(LaneOutlook outlook, double cost)
    {
        var next = outlook.Next!;
        var urgency = Urgency(next);
        var seconds = cost + draft.Fleet.ServiceOf(next);
        var best = urgency / Math.Max(seconds, LeastSeconds);
        var entry = outlook.First;
        for (var i = 1; i < Lookahead && entry is not null; entry = entry.After)
        {
            if (draft.IsPlaced(entry) || ReferenceEquals(entry, next)) continue;
            i++;
            urgency += Urgency(entry);
            seconds += draft.Fleet.ServiceOf(entry);
            best = Math.Max(best, urgency / Math.Max(seconds, LeastSeconds));
        }

        return best;
    }

    /// <summary>
    /// Of the jobs from <paramref name="first"/> on, the one that removes most urgency per second of its own, by the same rule. Only where times
    /// can be told: otherwise all are alike, and it is the oldest.
    /// </summary>
    public QueueEntry MostUrgent(QueueEntry first)
    {
        if (!draft.Queue.Services.Usable) return first;
        var (most, highest) = (first, double.NegativeInfinity);
        var entry = first;
        for (var i = 0; i < JobsCompared && entry is not null; entry = entry.After)
        {
            if (draft.IsPlaced(entry)) continue;
            i++;
            var rank = Urgency(entry) / Math.Max(draft.Fleet.ServiceOf(entry), LeastSeconds);
            if (rank > highest) (most, highest) = (entry, rank);
        }

        return most;
    }

    private double Urgency(QueueEntry entry)
    {
        var waited = entry.Waited(draft.Now) / draft.Patience;
        return options.ImpatienceSeconds + waited + options.ImpatienceGrowth * waited * waited / 100;
    }
}
