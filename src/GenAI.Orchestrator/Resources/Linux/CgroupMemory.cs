namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>The memory limit of the container that this process runs in, and what of it is in use, in bytes.</summary>
/// <param name="Limit">Null: none.</param>
/// <param name="Used">Without the file cache that the kernel drops first, as <c>docker stats</c> counts.</param>
internal sealed record CgroupMemory(long? Limit, long Used)
{
    // The kernel's word for "no limit" in version 1 is the largest multiple of its page size: anything in that region is none.
    private const long NoLimitFrom = long.MaxValue - (1L << 32);

    /// <summary>Reads version 2: <c>memory.max</c> (a number or <c>max</c>), <c>memory.current</c>, <c>memory.stat</c>.</summary>
    /// <returns>Null when the texts are not that.</returns>
    public static CgroupMemory? ParseVersion2(string max, string current, string stat) => Create(max, current, stat, "inactive_file");

    /// <summary>Reads version 1: <c>memory.limit_in_bytes</c>, <c>memory.usage_in_bytes</c>, <c>memory.stat</c>.</summary>
    /// <returns>Null when the texts are not that.</returns>
    public static CgroupMemory? ParseVersion1(string limit, string usage, string stat) => Create(limit, usage, stat, "total_inactive_file");

    private static CgroupMemory? Create(string limit, string usage, string stat, string inactiveFile)
    {
        if (KernelNumber.Parse(usage.Trim()) is not { } used) return null;
        var bytes = KernelNumber.Parse(limit.Trim());
        if (bytes is null && limit.Trim() != "max") return null;

        var cache = stat.Split('\n')
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length == 2 && fields[0] == inactiveFile)
            .Select(fields => KernelNumber.Parse(fields[1]) ?? 0)
            .FirstOrDefault();
        return new CgroupMemory(bytes >= NoLimitFrom ? null : bytes, Math.Max(0, used - cache));
    }
}
