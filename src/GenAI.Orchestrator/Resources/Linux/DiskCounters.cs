using System.Collections.Immutable;

namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>Bytes that a block device has read and written since boot.</summary>
internal sealed record DiskCounters(long ReadBytes, long WrittenBytes)
{
    // The kernel counts in sectors of 512 bytes, whatever the device's own are.
    private const int SectorBytes = 512;

    /// <summary>
    /// Reads <c>/proc/diskstats</c>, by device name: <c>254 0 vda 36852 8392 3858746 18642 4584 9236 2789920 6100 …</c>, of which
    /// the sixth field is sectors read and the tenth sectors written (proc_diskstats(5)). Lines that are not that are left out.
    /// </summary>
    public static ImmutableDictionary<string, DiskCounters> Parse(string text)
    {
        var devices = ImmutableDictionary.CreateBuilder<string, DiskCounters>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 10 && KernelNumber.Parse(fields[5]) is { } read && KernelNumber.Parse(fields[9]) is { } written)
                devices[fields[2]] = new DiskCounters(read * SectorBytes, written * SectorBytes);
        }

        return devices.ToImmutable();
    }
}
