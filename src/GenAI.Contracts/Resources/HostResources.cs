using System.Collections.Immutable;

namespace GenAI.Contracts.Resources;

/// <summary>What the control plane's machine has, and how much of it is in use: one sample.</summary>
public sealed record HostResources
{
    public required DateTimeOffset SampledAt { get; init; }

    /// <summary>Null where it cannot be read; <see cref="Unavailable"/> says why.</summary>
    public CpuUsage? Cpu { get; init; }

    /// <summary>Null where it cannot be read; <see cref="Unavailable"/> says why.</summary>
    public MemoryUsage? Memory { get; init; }

    /// <summary>The local file systems, ordered by mount point.</summary>
    public ImmutableArray<DiskUsage> Disks { get; init; } = [];

    /// <summary>All interfaces but the loopback, ordered by name.</summary>
    public ImmutableArray<NetworkUsage> Networks { get; init; } = [];

    /// <summary>Ordered by index; empty on a machine without a GPU.</summary>
    public ImmutableArray<GpuUsage> Gpus { get; init; } = [];

    /// <summary>What could not be read, and why, in words. On a machine without a GPU that is named here too.</summary>
    public ImmutableArray<string> Unavailable { get; init; } = [];
}

/// <param name="LogicalCores">Logical processors of the machine.</param>
/// <param name="Utilization">0..1 of all cores since the sample before; null in the first sample.</param>
/// <param name="LoadAverage1">Tasks running or waiting, averaged over 1 minute.</param>
/// <param name="LoadAverage5">The same over 5 minutes.</param>
/// <param name="LoadAverage15">The same over 15 minutes.</param>
public sealed record CpuUsage(int LogicalCores, double? Utilization, double LoadAverage1, double LoadAverage5, double LoadAverage15);

/// <param name="TotalBytes">The machine's memory, or the limit of the container that the control plane runs in.</param>
/// <param name="UsedBytes">In use and not to be had back by dropping caches.</param>
/// <param name="AvailableBytes">Total less used.</param>
/// <param name="Limited">Whether the numbers are those of a container with a memory limit.</param>
/// <param name="SwapTotalBytes">Of the machine.</param>
/// <param name="SwapUsedBytes">Of the machine.</param>
public sealed record MemoryUsage(
    long TotalBytes, long UsedBytes, long AvailableBytes, bool Limited, long SwapTotalBytes, long SwapUsedBytes);

/// <param name="Mount">Where it is mounted.</param>
/// <param name="Device">As the kernel names it.</param>
/// <param name="FileSystem">For example <c>ext4</c>.</param>
/// <param name="TotalBytes">Its size.</param>
/// <param name="UsedBytes">Size less what is free.</param>
/// <param name="AvailableBytes">Free to ordinary users; less than what is free where some is reserved.</param>
/// <param name="ReadBytesPerSecond">Since the sample before; null in the first one, or where the kernel keeps no account of the device.</param>
/// <param name="WriteBytesPerSecond">Likewise.</param>
public sealed record DiskUsage(
    string Mount,
    string Device,
    string FileSystem,
    long TotalBytes,
    long UsedBytes,
    long AvailableBytes,
    double? ReadBytesPerSecond,
    double? WriteBytesPerSecond);

/// <param name="Interface">For example <c>eth0</c>.</param>
/// <param name="ReceivedBytes">Since the interface came up.</param>
/// <param name="TransmittedBytes">Likewise.</param>
/// <param name="ReceivedBytesPerSecond">Since the sample before; null in the first one.</param>
/// <param name="TransmittedBytesPerSecond">Likewise.</param>
/// <param name="Errors">Received and transmitted with an error, or dropped, since the interface came up.</param>
public sealed record NetworkUsage(
    string Interface,
    long ReceivedBytes,
    long TransmittedBytes,
    double? ReceivedBytesPerSecond,
    double? TransmittedBytesPerSecond,
    long Errors);

/// <summary>
/// One GPU as its driver reports it. What a GPU does not report is null: consumer cards and old drivers leave out power,
/// a card divided by MIG its utilization, one that shares the machine's memory its own.
/// </summary>
public sealed record GpuUsage
{
    /// <summary>As the driver counts; may change over reboots.</summary>
    public required int Index { get; init; }

    /// <summary>The same for the life of the card: <c>GPU-5ed1ae14-…</c>.</summary>
    public required string Uuid { get; init; }

    /// <summary>For example <c>NVIDIA H100 80GB HBM3</c>.</summary>
    public required string Name { get; init; }

    public string? DriverVersion { get; init; }

    /// <summary>0..1: the part of the driver's last sample period in which a kernel ran.</summary>
    public double? Utilization { get; init; }

    public long? MemoryTotalBytes { get; init; }

    public long? MemoryUsedBytes { get; init; }

    public double? TemperatureCelsius { get; init; }

    public double? PowerWatts { get; init; }

    public double? PowerLimitWatts { get; init; }
}
