namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>Jiffies of all cores since boot, from the first line of <c>/proc/stat</c>, and how many cores there are.</summary>
/// <param name="Total">All of it, without the guests' time that the kernel counts twice.</param>
/// <param name="Idle">Doing nothing, or waiting for a disk.</param>
/// <param name="LogicalCores">The lines <c>cpu0</c>, <c>cpu1</c>…</param>
internal sealed record CpuTimes(long Total, long Idle, int LogicalCores)
{
    private const int FieldsBeforeGuest = 8;

    /// <summary>
    /// Reads
    /// <code>
    /// cpu  9360 0 4916 257580 427 0 47 35 0 0      user nice system idle iowait irq softirq steal guest guest_nice
    /// cpu0 3872 0 2189 130000 50 0 10 17 0 0
    /// </code>
    /// (proc_stat(5); kernels before 2.6.33 have fewer fields).
    /// </summary>
    /// <returns>Null when the text is not that.</returns>
    public static CpuTimes? Parse(string text)
    {
        var lines = text.Split('\n').Where(line => line.StartsWith("cpu", StringComparison.Ordinal)).ToList();
        if (lines is not [var all, ..]) return null;

        var fields = all.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields[0] != "cpu" || fields.Length < 5) return null;

        var times = new List<long>();
        foreach (var field in fields.Skip(1).Take(FieldsBeforeGuest))
        {
            if (KernelNumber.Parse(field) is not { } jiffies) return null;
            times.Add(jiffies);
        }

        return new CpuTimes(times.Sum(), times[3] + times.ElementAtOrDefault(4), lines.Count - 1);
    }

    /// <summary>The part of the time since <paramref name="earlier"/> that was not idle, 0..1; null when no time has passed.</summary>
    public double? UtilizationSince(CpuTimes earlier)
    {
        var total = Total - earlier.Total;
        // The kernel's idle and iowait may step back a little.
        return total <= 0 ? null : Math.Clamp(1 - ((double)(Idle - earlier.Idle) / total), 0, 1);
    }
}
