using GenAI.Orchestrator.Resources.Nvidia;

namespace GenAI.Orchestrator.Tests.Resources;

public sealed class NvidiaSmiOutputTests
{
    private const long MebiByte = 1024 * 1024;

    [Fact]
    public void A_data_centre_card_reports_everything()
    {
        var gpu = Parse("550-h100.csv").Gpus[1];

        Assert.Equal(1, gpu.Index);
        Assert.Equal("GPU-17bd3c27-43c3-bde8-1fb4-0d2e6a3d0a54", gpu.Uuid);
        Assert.Equal("NVIDIA H100 80GB HBM3", gpu.Name);
        Assert.Equal("550.90.07", gpu.DriverVersion);
        Assert.Equal(0.87, gpu.Utilization);
        Assert.Equal(81559 * MebiByte, gpu.MemoryTotalBytes);
        Assert.Equal(64012 * MebiByte, gpu.MemoryUsedBytes);
        Assert.Equal(61, gpu.TemperatureCelsius);
        Assert.Equal(512.34, gpu.PowerWatts);
        Assert.Equal(700, gpu.PowerLimitWatts);
    }

    [Theory]
    [InlineData("550-h100.csv", 2)]
    [InlineData("352-titan-x.csv", 8)]
    [InlineData("384-not-supported.csv", 1)]
    [InlineData("470-mig.csv", 2)]
    [InlineData("535-vgpu-mig-slice.csv", 1)]
    [InlineData("580-gb10-unified-memory.csv", 1)]
    [InlineData("535-unknown-error.csv", 1)]
    [InlineData("570-requires-reset.csv", 2)]
    public void Every_card_is_found_and_nothing_is_a_problem(string recorded, int cards)
    {
        var report = Parse(recorded);

        Assert.Equal(Enumerable.Range(0, cards), report.Gpus.Select(gpu => gpu.Index));
        Assert.Equal(cards, report.Gpus.Select(gpu => gpu.Uuid).Distinct().Count());
        Assert.Empty(report.Problems);
    }

    [Fact]
    public void An_old_consumer_card_has_neither_power_nor_utilization()
    {
        var gpu = Assert.Single(Parse("384-not-supported.csv").Gpus);

        Assert.Equal("GeForce 920M", gpu.Name);
        Assert.Null(gpu.Utilization);
        Assert.Null(gpu.PowerWatts);
        Assert.Null(gpu.PowerLimitWatts);
        Assert.Equal(47, gpu.TemperatureCelsius);
    }

    [Fact]
    public void A_card_divided_by_MIG_has_no_utilization_of_its_own_but_memory()
    {
        var gpu = Parse("470-mig.csv").Gpus[0];

        Assert.Null(gpu.Utilization);
        Assert.Equal(40536 * MebiByte, gpu.MemoryTotalBytes);
        Assert.Equal(0.33, Parse("470-mig.csv").Gpus[1].Utilization);
    }

    [Fact]
    public void A_chip_that_shares_the_machines_memory_has_none_of_its_own()
    {
        var gpu = Assert.Single(Parse("580-gb10-unified-memory.csv").Gpus);

        Assert.Null(gpu.MemoryTotalBytes);
        Assert.Null(gpu.MemoryUsedBytes);
        Assert.Equal(11.17, gpu.PowerWatts);
        Assert.Null(gpu.PowerLimitWatts);
    }

    [Fact]
    public void A_card_that_requires_a_reset_is_still_listed()
    {
        var gpu = Parse("570-requires-reset.csv").Gpus[0];

        Assert.Equal("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", gpu.Name);
        Assert.Null(gpu.Utilization);
        Assert.Null(gpu.TemperatureCelsius);
        Assert.Equal(0, gpu.MemoryUsedBytes);
    }

    [Theory]
    [InlineData("no-devices.txt", "No devices were found")]
    [InlineData("no-driver.txt", "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")]
    [InlineData("version-mismatch.txt", "Failed to initialize NVML: Driver/library version mismatch")]
    [InlineData("nvml-unknown-error.txt", "Failed to initialize NVML: Unknown Error")]
    [InlineData("no-handle.txt", "Unable to determine the device handle for GPU 0000:0B:00.0: Unknown Error")]
    [InlineData("invalid-field.txt", "Field \"utilization.gpu\" is not a valid field to query.")]
    public void The_drivers_words_are_a_problem_and_no_card(string recorded, string words)
    {
        var report = Parse(recorded);

        Assert.Empty(report.Gpus);
        Assert.Contains(report.Problems, problem => problem.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_card_that_is_lost_does_not_hide_the_others()
    {
        var report = Parse("one-lost.csv");

        Assert.Equal([0, 2], report.Gpus.Select(gpu => gpu.Index));
        Assert.Contains("GPU is lost", Assert.Single(report.Problems));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\r\n")]
    public void Nothing_is_nothing(string output)
    {
        Assert.Empty(NvidiaSmiOutput.Parse(output).Gpus);
        Assert.Empty(NvidiaSmiOutput.Parse(output).Problems);
    }

    [Fact]
    public void Lines_that_mean_nothing_are_few_and_short_problems()
    {
        var report = NvidiaSmiOutput.Parse(string.Join('\n', Enumerable.Repeat(new string('x', 5000), 100)));

        Assert.Equal(8, report.Problems.Length);
        Assert.All(report.Problems, problem => Assert.True(problem.Length < 400));
    }

    private static GpuReport Parse(string recorded) => NvidiaSmiOutput.Parse(Recordings.Read("nvidia-smi", recorded));
}
