using System.Collections.Immutable;

namespace GenAI.Gateway.Jobs;

/// <summary>What is known of a model's instances, as far as waiting for them is concerned.</summary>
/// <param name="ReferenceSeconds">What a job takes on average, loading included, on an instance of speed 1.</param>
/// <param name="Instances">Those that take jobs.</param>
internal sealed record ModelPace(double ReferenceSeconds, ImmutableArray<InstancePace> Instances)
{
    public static ModelPace Unknown { get; } = new(0, []);

    /// <summary>What a job takes on average: faster instances do more of them.</summary>
    public double JobSeconds => Instances.IsEmpty ? ReferenceSeconds : ReferenceSeconds / Instances.Average(instance => instance.Speed);
}

/// <param name="FreeAt">When it is expected to be free.</param>
/// <param name="Speed">Jobs per second, relative to the others.</param>
internal readonly record struct InstancePace(string Instance, DateTimeOffset FreeAt, double Speed);

/// <summary>
/// When a waiting job is expected to begin. Pure. Every instance takes the next job when it is free and works on it for the mean time by its speed.
/// Example: two instances, one free now and one in 10 s, 30 s a job: the first four jobs begin after 0, 10, 30 and 40 s. Were the second one half
/// as fast, they would after 0, 10, 30 and 60 s.
/// </summary>
internal static class OutlookPlanner
{
    /// <param name="position">From 1: the next job of the model.</param>
    /// <returns>Null where no instance takes jobs.</returns>
    public static DateTimeOffset? Start(ModelPace pace, int position, DateTimeOffset now)
    {
        if (pace.Instances.IsEmpty || pace.ReferenceSeconds <= 0) return null;
        var lanes = pace.Instances.Select(own => (Free: Math.Max(0, (own.FreeAt - now).TotalSeconds), Job: pace.ReferenceSeconds / own.Speed)).ToArray();

        // The smallest t by which that many jobs have begun, by halves: begun(t) is the sum over the instances of 1 + (t - free) / job.
        var (first, job) = lanes.MinBy(lane => lane.Free);
        var (low, high) = (first, first + position * job);
        while (high - low > 0.01)
        {
            var middle = (low + high) / 2;
            if (Begun(lanes, middle) >= position) high = middle;
            else low = middle;
        }

        return now + TimeSpan.FromSeconds(Begun(lanes, low) >= position ? low : high);
    }

    private static double Begun((double Free, double Job)[] lanes, double seconds)
    {
        double begun = 0;
        foreach (var (free, job) in lanes)
        {
            if (free <= seconds) begun += 1 + Math.Floor((seconds - free) / job);
        }

        return begun;
    }
}
