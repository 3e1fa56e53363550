using System.Collections.Immutable;

namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>Reads a <see cref="HostSample"/>.</summary>
internal sealed class HostReader(HostFiles files)
{
    public HostSample Read() => new()
    {
        Cpu = Parsed("proc/stat", CpuTimes.Parse),
        Load = Parsed("proc/loadavg", LoadAverage.Parse),
        Memory = Parsed("proc/meminfo", MemoryInfo.Parse),
        Cgroup = Cgroup(),
        FileSystems = [.. (files.TryRead("proc/mounts") is { } mounts ? Mount.Parse(mounts) : []).Select(Space).OfType<FileSystemSpace>()],
        Disks = Parsed("proc/diskstats", DiskCounters.Parse) ?? ImmutableDictionary<string, DiskCounters>.Empty,
        Networks = Parsed("proc/net/dev", NetworkCounters.Parse),
    };

    private T? Parsed<T>(string path, Func<string, T?> parse) where T : class => files.TryRead(path) is { } text ? parse(text) : null;

    // Inside a container its own group is mounted at the root of the tree; outside there is no limit to be found there.
    private CgroupMemory? Cgroup()
    {
        const string Root = "sys/fs/cgroup";
        if (files.TryRead($"{Root}/memory.max") is { } max && files.TryRead($"{Root}/memory.current") is { } current)
            return CgroupMemory.ParseVersion2(max, current, files.TryRead($"{Root}/memory.stat") ?? "");

        return files.TryRead($"{Root}/memory/memory.limit_in_bytes") is { } limit && files.TryRead($"{Root}/memory/memory.usage_in_bytes") is { } usage
            ? CgroupMemory.ParseVersion1(limit, usage, files.TryRead($"{Root}/memory/memory.stat") ?? "")
            : null;
    }

    /// <returns>Null for a file system that went away, or that may not be asked.</returns>
    private static FileSystemSpace? Space(Mount mount)
    {
        try
        {
            var drive = new DriveInfo(mount.Path);
            return new FileSystemSpace(mount, drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
