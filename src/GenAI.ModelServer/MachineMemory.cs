using System.Globalization;

namespace GenAI.ModelServer;

/// <summary>Bytes of main memory that the process may use in all, and that are free now.</summary>
internal readonly record struct MachineMemory(long Total, long Free)
{
    private const string MemInfo = "/proc/meminfo";

    public static MachineMemory Read()
    {
        var gc = GC.GetGCMemoryInfo();
        var total = gc.TotalAvailableMemoryBytes;
        var free = File.Exists(MemInfo) ? Parse(File.ReadLines(MemInfo)) : null;
        return new MachineMemory(total, Math.Clamp(free ?? total - gc.MemoryLoadBytes, 0, total));
    }

    /// <summary>The line <c>MemAvailable:   16215320 kB</c>; null when there is none.</summary>
    private static long? Parse(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal))?
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
        && long.TryParse(kilobytes, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number * 1024
            : null;
}
