namespace GenAI.Scheduling.Scaling.Limits;

/// <summary>The least and the most instances at one moment, and the schedule that says so, if one does.</summary>
internal readonly record struct Bounds(int Min, int Max, string? Schedule)
{
    /// <summary>The policy's own, replaced by those of the schedules in force: the highest minimum and the lowest maximum of them.</summary>
    public static Bounds At(ScalingPolicyDefinition policy, DateTimeOffset now)
    {
        int? min = null, max = null;
        string? name = null;
        foreach (var window in policy.Schedules)
        {
            if (!window.Covers(now)) continue;
            name = window.Name;
            if (window.MinInstances is { } least) min = Math.Max(min ?? least, least);
            if (window.MaxInstances is { } most) max = Math.Min(max ?? most, most);
        }

        var highest = max ?? Math.Max(policy.MaxInstances, min ?? 0);
        return new Bounds(Math.Min(min ?? policy.MinInstances, highest), highest, name);
    }
}
