using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Dispatch;

/// <summary>
/// What becomes of a job that its instance did not end. Pure. It waits again, without what it had made there; after too many deaths it has
/// failed, or is lost where the last instance may still be working on it. Example, with two deaths at most: an instance that dies gives its
/// job back; the next one that dies of it fails it, and both reasons are told.
/// </summary>
internal static class GiveBackPolicy
{
    /// <param name="reason">Why the attempt ended, for people.</param>
    /// <param name="isDeath">Whether it counts against the job.</param>
    /// <param name="mayGoOn">Whether the instance may still be working on it.</param>
    public static Job Next(Job job, string reason, bool isDeath, bool mayGoOn, int mostDeaths, DateTimeOffset now)
    {
        var attempts = job.Attempts;
        if (!attempts.IsEmpty)
            attempts = attempts.SetItem(attempts.Length - 1, attempts[^1] with { EndedAt = now, Reason = reason, IsDeath = isDeath });

        var deaths = attempts.Where(attempt => attempt.IsDeath).ToArray();
        if (!isDeath || deaths.Length < mostDeaths)
            return job with { State = JobState.Queued, Attempts = attempts, Outputs = [] };

        var reasons = string.Join("; ", deaths.Select(attempt => $"{attempt.Instance}: {attempt.Reason}"));
        return job with
        {
            State = mayGoOn ? JobState.Lost : JobState.Failed,
            Attempts = attempts,
            EndedAt = now,
            Failure = $"Given up after {deaths.Length} instances died or were lost with it. {reasons}",
        };
    }
}
