using System.Collections.Immutable;

namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>Everything that is read of the machine at one moment. Null: it cannot be read.</summary>
internal sealed record HostSample
{
    public CpuTimes? Cpu { get; init; }

    public LoadAverage? Load { get; init; }

    public MemoryInfo? Memory { get; init; }

    public CgroupMemory? Cgroup { get; init; }

    public ImmutableArray<FileSystemSpace> FileSystems { get; init; } = [];

    public ImmutableDictionary<string, DiskCounters> Disks { get; init; } = ImmutableDictionary<string, DiskCounters>.Empty;

    public ImmutableSortedDictionary<string, NetworkCounters>? Networks { get; init; }
}

/// <summary>How full a file system is, in bytes.</summary>
internal sealed record FileSystemSpace(Mount Mount, long Total, long Free, long Available);
