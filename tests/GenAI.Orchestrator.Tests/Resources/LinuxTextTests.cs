using GenAI.Orchestrator.Resources.Linux;

namespace GenAI.Orchestrator.Tests.Resources;

public sealed class LinuxTextTests
{
    private static string Proc(params ReadOnlySpan<string> path) => Recordings.Read(["host", "proc", .. path]);

    [Fact]
    public void The_processors_time_is_summed_without_the_guests()
    {
        Assert.Equal(new CpuTimes(9360 + 4916 + 257580 + 427 + 47 + 35, 257580 + 427, 2), CpuTimes.Parse(Proc("stat")));
        Assert.Equal(new CpuTimes(36, 9, 0), CpuTimes.Parse("cpu 1 2 3 4 5 6 7 8 1000 1000"));
        Assert.Equal(new CpuTimes(10, 4, 0), CpuTimes.Parse("cpu 1 2 3 4"));
    }

    [Fact]
    public void Utilization_is_the_part_that_was_not_idle()
    {
        var earlier = new CpuTimes(1000, 800, 2);

        Assert.Equal(0.75, new CpuTimes(1200, 850, 2).UtilizationSince(earlier));
        Assert.Equal(0, new CpuTimes(1200, 1000, 2).UtilizationSince(earlier));
        Assert.Equal(1, new CpuTimes(1200, 799, 2).UtilizationSince(earlier));
        Assert.Null(earlier.UtilizationSince(earlier));
    }

    [Fact]
    public void The_load_is_read() => Assert.Equal(new LoadAverage(0.37, 0.41, 0.19), LoadAverage.Parse(Proc("loadavg")));

    [Fact]
    public void Memory_is_read_in_bytes()
    {
        Assert.Equal(
            new MemoryInfo(24684092L * 1024, 22331076L * 1024, 2097148L * 1024, 1048574L * 1024), MemoryInfo.Parse(Proc("meminfo")));
    }

    [Fact]
    public void An_old_kernel_without_MemAvailable_counts_the_cache_as_available()
    {
        var memory = MemoryInfo.Parse("MemTotal: 100 kB\nMemFree: 10 kB\nBuffers: 5 kB\nCached: 20 kB\n");

        Assert.Equal(new MemoryInfo(100 * 1024, 35 * 1024, 0, 0), memory);
    }

    [Fact]
    public void Interfaces_are_read_without_the_loopback()
    {
        var networks = NetworkCounters.Parse(Proc("net", "dev"));

        Assert.Equal(["docker0", "eth0"], networks.Keys);
        Assert.Equal(new NetworkCounters(136816119, 197777, 15), networks["eth0"]);
    }

    [Fact]
    public void An_alias_and_a_number_right_after_the_colon_are_read()
    {
        var networks = NetworkCounters.Parse("eth0:1:99 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0");

        Assert.Equal(new NetworkCounters(99, 5, 0), networks["eth0:1"]);
    }

    [Fact]
    public void Disks_are_counted_in_sectors_of_512_bytes_in_old_and_new_formats()
    {
        var disks = DiskCounters.Parse(Proc("diskstats"));

        Assert.Equal(new DiskCounters(3858746L * 512, 2789920L * 512), disks["vda"]);
        Assert.Equal(new DiskCounters(4096 * 512, 96 * 512), disks["nvme0n1p1"]);
    }

    [Fact]
    public void Only_local_file_systems_are_kept_and_each_device_once()
    {
        Assert.Equal(
            [new Mount("/dev/vda", "/", "ext4"), new Mount("/dev/nvme0n1p1", "/srv/model files", "xfs")], Mount.Parse(Proc("mounts")));
        Assert.Equal("nvme0n1p1", Mount.Parse(Proc("mounts"))[1].DeviceName);
    }

    [Fact]
    public void A_containers_own_root_is_kept() =>
        Assert.Equal([new Mount("overlay", "/", "overlay")], Mount.Parse("overlay / overlay rw,lowerdir=/a 0 0\n"));

    [Theory]
    [InlineData("1073741824\n", 1073741824L)]
    [InlineData("max\n", null)]
    public void A_containers_limit_in_version_2(string max, long? limit) =>
        Assert.Equal(new CgroupMemory(limit, 700), CgroupMemory.ParseVersion2(max, "1000\n", "anon 700\ninactive_file 300\n"));

    [Theory]
    [InlineData("1073741824\n", 1073741824L)]
    [InlineData("9223372036854771712\n", null)]
    public void A_containers_limit_in_version_1(string bytes, long? limit) =>
        Assert.Equal(new CgroupMemory(limit, 700), CgroupMemory.ParseVersion1(bytes, "1000\n", "inactive_file 1\ntotal_inactive_file 300\n"));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("garbage")]
    [InlineData("cpu\nMemTotal:\nMemFree: lots kB\n: :\n1 2 3\n")]
    [InlineData("cpu a b c d\ncpu  \neth0: 1 2 3\n1 2 vda x x x x x x x x x\n")]
    public void Other_texts_are_no_reading_and_no_error(string text)
    {
        Assert.Null(CpuTimes.Parse(text));
        Assert.Null(LoadAverage.Parse(text));
        Assert.Null(MemoryInfo.Parse(text));
        Assert.Null(CgroupMemory.ParseVersion2(text, text, text));
        Assert.Empty(NetworkCounters.Parse(text));
        Assert.Empty(DiskCounters.Parse(text));
        Assert.Empty(Mount.Parse(text));
    }
}
