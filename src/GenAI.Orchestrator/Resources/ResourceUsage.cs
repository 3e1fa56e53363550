using System.Collections.Immutable;
using GenAI.Contracts.Resources;
using GenAI.Orchestrator.Resources.Linux;
using GenAI.Orchestrator.Resources.Nvidia;

namespace GenAI.Orchestrator.Resources;

/// <summary>Works out what is in use from two samples in a row.</summary>
internal static class ResourceUsage
{
    /// <param name="earlier">The sample before; null the first time, when rates cannot be known.</param>
    /// <param name="current">The sample now.</param>
    /// <param name="between">The time from one to the other.</param>
    /// <param name="gpus">What the GPUs' driver said.</param>
    /// <param name="now">The time of the sample now.</param>
    public static HostResources Of(HostSample? earlier, HostSample current, TimeSpan between, GpuReport gpus, DateTimeOffset now) => new()
    {
        SampledAt = now,
        Cpu = Cpu(earlier, current),
        Memory = current.Memory is { } memory ? Memory(memory, current.Cgroup) : null,
        Disks = [.. current.FileSystems.Select(space => Disk(space, earlier, current, between))],
        Networks = current.Networks is { } networks
            ? [.. networks.Select(network => Network(network.Key, network.Value, earlier?.Networks?.GetValueOrDefault(network.Key), between))]
            : [],
        Gpus = gpus.Gpus,
        Unavailable = [.. Unavailable(current), .. gpus.Problems],
    };

    private static CpuUsage? Cpu(HostSample? earlier, HostSample current) => (current.Cpu, current.Load) is ({ } cpu, { } load)
        ? new CpuUsage(
            cpu.LogicalCores,
            earlier?.Cpu is { } before ? cpu.UtilizationSince(before) : null,
            load.OneMinute,
            load.FiveMinutes,
            load.FifteenMinutes)
        : null;

    private static MemoryUsage Memory(MemoryInfo machine, CgroupMemory? container)
    {
        var swapUsed = machine.SwapTotal - machine.SwapFree;
        if (container?.Limit is not { } limit || limit >= machine.Total)
            return new MemoryUsage(
                machine.Total, machine.Total - machine.Available, machine.Available, Limited: false, machine.SwapTotal, swapUsed);

        var used = Math.Min(container.Used, limit);
        return new MemoryUsage(limit, used, limit - used, Limited: true, machine.SwapTotal, swapUsed);
    }

    private static DiskUsage Disk(FileSystemSpace space, HostSample? earlier, HostSample current, TimeSpan between)
    {
        var name = space.Mount.DeviceName;
        var (now, before) = (current.Disks.GetValueOrDefault(name), earlier?.Disks.GetValueOrDefault(name));
        return new DiskUsage(
            space.Mount.Path,
            space.Mount.Device,
            space.Mount.FileSystem,
            space.Total,
            space.Total - space.Free,
            space.Available,
            PerSecond(before?.ReadBytes, now?.ReadBytes, between),
            PerSecond(before?.WrittenBytes, now?.WrittenBytes, between));
    }

    private static NetworkUsage Network(string name, NetworkCounters now, NetworkCounters? before, TimeSpan between) => new(
        name,
        now.ReceivedBytes,
        now.TransmittedBytes,
        PerSecond(before?.ReceivedBytes, now.ReceivedBytes, between),
        PerSecond(before?.TransmittedBytes, now.TransmittedBytes, between),
        now.Errors);

    /// <returns>Null when either is unknown, no time has passed, or the counter began anew.</returns>
    private static double? PerSecond(long? before, long? now, TimeSpan between) =>
        between > TimeSpan.Zero && now >= before ? (now - before) / between.TotalSeconds : null;

    private static ImmutableArray<string> Unavailable(HostSample sample) =>
    [
        .. sample.Cpu is null || sample.Load is null ? ["cpu: /proc/stat or /proc/loadavg cannot be read"] : (string[])[],
        .. sample.Memory is null ? ["memory: /proc/meminfo cannot be read"] : (string[])[],
        .. sample.Networks is null ? ["network: /proc/net/dev cannot be read"] : (string[])[],
        .. sample.FileSystems.IsEmpty ? ["disk: /proc/mounts names no local file system"] : (string[])[],
    ];
}
