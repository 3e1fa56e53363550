using System.Runtime.Versioning;
using GenAI.Orchestrator.Resources;
using GenAI.Orchestrator.Resources.Nvidia;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace GenAI.Orchestrator.Tests.Resources;

/// <summary>Real child processes: shell scripts in the place of <c>nvidia-smi</c>.</summary>
[SupportedOSPlatform("linux")]
public sealed class NvidiaSmiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_asked_for_the_fields_that_are_read()
    {
        var recorded = Recordings.Folder("nvidia-smi", "550-h100.csv");
        using var smi = Program($"echo \"$@\" > {_folder.Combine("arguments")}; cat '{recorded}'");

        var report = await smi.QueryAsync(Token);

        Assert.Equal(2, report.Gpus.Length);
        Assert.Empty(report.Problems);
        Assert.Equal(
            "--query-gpu=index,uuid,name,driver_version,utilization.gpu,memory.total,memory.used,temperature.gpu,power.draw,power.limit "
            + "--format=csv,noheader,nounits\n",
            await File.ReadAllTextAsync(_folder.Combine("arguments"), Token));
    }

    [Fact]
    public async Task Without_the_program_there_is_no_card_and_the_reason()
    {
        using var smi = Create(_folder.Combine("nvidia-smi"), TimeSpan.FromSeconds(20));

        var report = await smi.QueryAsync(Token);

        Assert.Empty(report.Gpus);
        Assert.Contains("there is no program", Assert.Single(report.Problems));
    }

    [Theory]
    [InlineData("echo 'No devices were found'; exit 6", "gpu: nvidia-smi says: No devices were found")]
    [InlineData("echo 'driver trouble' >&2; exit 9", "gpu: nvidia-smi says: driver trouble")]
    [InlineData("exit 3", "gpu: nvidia-smi ended with exit code 3")]
    public async Task What_goes_wrong_is_told_in_the_drivers_words_or_by_the_exit_code(string script, string problem)
    {
        using var smi = Program(script);

        Assert.Equal(problem, Assert.Single((await smi.QueryAsync(Token)).Problems));
    }

    [Fact]
    public async Task One_that_hangs_is_killed_at_its_timeout_and_the_next_call_goes_on()
    {
        var once = _folder.Combine("once");
        using var smi = Program($"[ -e {once} ] && exit 0; echo $$ > {once}; sleep 600", TimeSpan.FromSeconds(1));
        Assert.Contains("did not end within 1 s", Assert.Single((await smi.QueryAsync(Token)).Problems));

        await Eventually.TrueAsync(async () => (await smi.QueryAsync(Token)).Problems.IsEmpty, Token);

        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(once, Token)).Trim()}"));
    }

    [Fact]
    public async Task One_that_prints_without_end_is_killed_at_its_timeout()
    {
        using var smi = Program("while :; do echo 0123456789012345678901234567890123456789; done", TimeSpan.FromSeconds(1));

        Assert.Contains("did not end within 1 s", Assert.Single((await smi.QueryAsync(Token)).Problems));
    }

    [Fact]
    public async Task It_is_killed_when_the_service_stops()
    {
        var started = _folder.Combine("started");
        using var smi = Program($"echo $$ > {started}.new; mv {started}.new {started}; sleep 600");
        using var stopping = new CancellationTokenSource();
        var query = smi.QueryAsync(stopping.Token);
        await Eventually.TrueAsync(() => File.Exists(started), Token);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        var process = (await File.ReadAllTextAsync(started, Token)).Trim();
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"), Token);
    }

    private static NvidiaSmi Create(string program, TimeSpan timeout) => new(
        MsOptions.Create(new ResourcesOptions { NvidiaSmi = program, NvidiaSmiTimeout = timeout }), TimeProvider.System);

    private NvidiaSmi Program(string script, TimeSpan? timeout = null) =>
        Create(Script.Write(_folder.Combine("nvidia-smi"), script), timeout ?? TimeSpan.FromSeconds(20));
}
