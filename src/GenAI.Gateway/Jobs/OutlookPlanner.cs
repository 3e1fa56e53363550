using System.Collections.Immutable;

namespace GenAI.Gateway.Jobs;

/// <summary>What is known of a model's instances, as far as waiting for them is concerned.</summary>
/// <param name="JobSeconds">What a job takes on average, loading included.</param>
/// <param name="FreeAt">When each instance that takes jobs is expected to be free.</param>
internal sealed record ModelPace(double JobSeconds, ImmutableArray<DateTimeOffset> FreeAt)
{
    public static ModelPace Unknown { get; } = new(0, []);
}

/// <summary>
/// When a waiting job is expected to begin. Pure. Every instance takes the next job when it is free and works on it for the mean time.
/// Example: two instances, one free now and one in 10 s, 30 s a job: the first four jobs begin after 0, 10, 30 and 40 s.
/// </summary>
internal static class OutlookPlanner
{
    /// <param name="position">From 1: the next job of the model.</param>
    /// <returns>Null where no instance takes jobs.</returns>
    public static DateTimeOffset? Start(ModelPace pace, int position, DateTimeOffset now)
    {
        if (pace.FreeAt.IsEmpty || pace.JobSeconds <= 0) return null;
        var free = pace.FreeAt.Select(at => Math.Max(0, (at - now).TotalSeconds)).Order().ToArray();

        // The smallest t by which that many jobs have begun, by halves: begun(t) is the sum over the instances of 1 + (t - free) / job.
        double low = free[0];
        var high = free[0] + position * pace.JobSeconds;
        while (high - low > 0.01)
        {
            var middle = (low + high) / 2;
            if (Begun(free, pace.JobSeconds, middle) >= position) high = middle;
            else low = middle;
        }

        return now + TimeSpan.FromSeconds(Begun(free, pace.JobSeconds, low) >= position ? low : high);
    }

    private static double Begun(double[] free, double job, double seconds)
    {
        double begun = 0;
        foreach (var at in free)
        {
            if (at <= seconds) begun += 1 + Math.Floor((seconds - at) / job);
        }

        return begun;
    }
}
