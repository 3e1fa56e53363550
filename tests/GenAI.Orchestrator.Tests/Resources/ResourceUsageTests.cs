using System.Collections.Immutable;
using GenAI.Contracts.Resources;
using GenAI.Orchestrator.Resources;
using GenAI.Orchestrator.Resources.Linux;
using GenAI.Orchestrator.Resources.Nvidia;

namespace GenAI.Orchestrator.Tests.Resources;

public sealed class ResourceUsageTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);
    private static readonly GpuReport NoGpu = new([], []);
    private static readonly HostSample Full = new()
    {
        Cpu = new CpuTimes(1000, 800, 4),
        Load = new LoadAverage(1, 2, 3),
        Memory = new MemoryInfo(Total: 1000, Available: 600, SwapTotal: 100, SwapFree: 25),
        FileSystems = [new FileSystemSpace(new Mount("/dev/vda", "/", "ext4"), Total: 500, Free: 200, Available: 150)],
        Disks = ImmutableDictionary<string, DiskCounters>.Empty.Add("vda", new DiskCounters(1000, 2000)),
        Networks = ImmutableSortedDictionary<string, NetworkCounters>.Empty.Add("eth0", new NetworkCounters(100, 200, 3)),
    };

    [Fact]
    public void Rates_are_averages_since_the_sample_before()
    {
        var later = Full with
        {
            Cpu = new CpuTimes(1400, 900, 4),
            Disks = Full.Disks.SetItem("vda", new DiskCounters(1500, 2100)),
            Networks = Full.Networks!.SetItem("eth0", new NetworkCounters(600, 200, 3)),
        };

        var resources = ResourceUsage.Of(Full, later, TenSeconds, NoGpu, DateTimeOffset.UnixEpoch);

        Assert.Equal(new CpuUsage(4, 0.75, 1, 2, 3), resources.Cpu);
        Assert.Equal(new DiskUsage("/", "/dev/vda", "ext4", 500, 300, 150, 50, 10), Assert.Single(resources.Disks));
        Assert.Equal(new NetworkUsage("eth0", 600, 200, 50, 0, 3), Assert.Single(resources.Networks));
        Assert.Equal(DateTimeOffset.UnixEpoch, resources.SampledAt);
        Assert.Empty(resources.Unavailable);
    }

    [Fact]
    public void The_first_sample_has_no_rates()
    {
        var resources = ResourceUsage.Of(null, Full, TimeSpan.Zero, NoGpu, DateTimeOffset.UnixEpoch);

        Assert.Null(resources.Cpu!.Utilization);
        Assert.Null(resources.Disks[0].ReadBytesPerSecond);
        Assert.Null(resources.Networks[0].ReceivedBytesPerSecond);
    }

    [Fact]
    public void A_counter_that_began_anew_has_no_rate()
    {
        var later = Full with { Networks = Full.Networks!.SetItem("eth0", new NetworkCounters(5, 300, 3)) };

        var network = Assert.Single(ResourceUsage.Of(Full, later, TenSeconds, NoGpu, DateTimeOffset.UnixEpoch).Networks);

        Assert.Null(network.ReceivedBytesPerSecond);
        Assert.Equal(10, network.TransmittedBytesPerSecond);
    }

    [Fact]
    public void Memory_is_the_machines_where_no_limit_is_below_it()
    {
        var machine = new MemoryUsage(1000, 400, 600, Limited: false, 100, 75);

        Assert.Equal(machine, Memory(null));
        Assert.Equal(machine, Memory(new CgroupMemory(null, 50)));
        Assert.Equal(machine, Memory(new CgroupMemory(1000, 50)));
    }

    [Fact]
    public void Memory_is_the_containers_where_its_limit_is_below_the_machines()
    {
        Assert.Equal(new MemoryUsage(300, 50, 250, Limited: true, 100, 75), Memory(new CgroupMemory(300, 50)));
        Assert.Equal(new MemoryUsage(300, 300, 0, Limited: true, 100, 75), Memory(new CgroupMemory(300, 999)));
    }

    [Fact]
    public void What_cannot_be_read_is_missing_and_named()
    {
        var resources = ResourceUsage.Of(null, new HostSample(), TimeSpan.Zero, GpuReport.Failed("gpu: none"), DateTimeOffset.UnixEpoch);

        Assert.Null(resources.Cpu);
        Assert.Null(resources.Memory);
        Assert.Empty(resources.Networks);
        Assert.Equal(["cpu", "memory", "network", "disk", "gpu"], resources.Unavailable.Select(line => line.Split(':')[0]));
    }

    [Fact]
    public void A_machine_is_read_from_its_files()
    {
        var sample = new HostReader(new HostFiles(Recordings.Folder("host"))).Read();

        Assert.Equal(2, sample.Cpu!.LogicalCores);
        Assert.Equal(0.37, sample.Load!.OneMinute);
        Assert.Equal(24684092L * 1024, sample.Memory!.Total);
        Assert.Equal(new CgroupMemory(null, 4831838208 - 50), sample.Cgroup);
        Assert.Equal(["docker0", "eth0"], sample.Networks!.Keys);
        // The root is there on every machine, so how full it is can be asked; the other mount is not.
        Assert.Equal("/", Assert.Single(sample.FileSystems).Mount.Path);
    }

    [Fact]
    public void A_machine_without_these_files_is_read_too()
    {
        using var empty = new TemporaryFolder();

        var sample = new HostReader(new HostFiles(empty.Path)).Read();

        Assert.Equal((null, null, null, null), (sample.Cpu, sample.Load, sample.Memory, sample.Networks));
    }

    [Fact]
    public void A_container_under_version_1_is_read_from_its_files()
    {
        using var root = new TemporaryFolder();
        Directory.CreateDirectory(root.Combine("sys/fs/cgroup/memory"));
        File.WriteAllText(root.Combine("sys/fs/cgroup/memory/memory.limit_in_bytes"), "4096\n");
        File.WriteAllText(root.Combine("sys/fs/cgroup/memory/memory.usage_in_bytes"), "1024\n");

        Assert.Equal(new CgroupMemory(4096, 1024), new HostReader(new HostFiles(root.Path)).Read().Cgroup);
    }

    private static MemoryUsage Memory(CgroupMemory? container) =>
        ResourceUsage.Of(null, Full with { Cgroup = container }, TimeSpan.Zero, NoGpu, DateTimeOffset.UnixEpoch).Memory!;
}
