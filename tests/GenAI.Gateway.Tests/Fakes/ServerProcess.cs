using System.Collections.Concurrent;
using System.Diagnostics;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>A service as a process of its own, which can be killed as the kernel kills: without a word.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ServerProcess(string project, IEnumerable<string> arguments, FakeTime? time = null)
    {
        // Built beside this test, with the same configuration and framework.
        var flavour = Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "GenAI.Gateway.Tests", "bin"), AppContext.BaseDirectory);
        var folder = Path.Combine(Repository.Root, "src", project);
        var program = Path.Combine(folder, "bin", flavour, $"{project}.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        time?.Apply(start.Environment);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>What it has printed.</summary>
    public string Output => string.Join(Environment.NewLine, _output);

    public static ServerProcess StartModelServer(Uri address, string folder, params string[] settings) => new("GenAI.ModelServer",
    [
        "--model", Snapshots.Flux, "--dialect", "comfyui", "--urls", address.ToString().TrimEnd('/'), "--folder", folder, "--LOG_LEVEL=Warning", .. settings,
    ]);

    public static ServerProcess StartStableDiffusion(Uri address, string folder) => new("GenAI.ModelServer",
    [
        "--model", Snapshots.StableDiffusion, "--dialect", "stable-diffusion", "--urls", address.ToString().TrimEnd('/'), "--folder", folder, "--LOG_LEVEL=Warning",
    ]);

    /// <summary>A gateway on four ports of its own, without an orchestrator.</summary>
    public static ServerProcess StartGateway(int[] ports, string folder, params string[] settings) => StartGateway(null, ports, folder, settings);

    /// <summary>The same, whose wall clock is the test's.</summary>
    public static ServerProcess StartGateway(FakeTime? time, int[] ports, string folder, params string[] settings) => new("GenAI.Gateway",
    [
        $"--GENAI_PORT_GATEWAY={ports[0]}", $"--GENAI_PORT_FLUX={ports[1]}", $"--GENAI_PORT_SD35={ports[2]}", $"--GENAI_PORT_COMFYUI={ports[3]}",
        $"--GenAI:Gateway:Jobs:Folder={folder}", "--GenAI:Orchestrator:Url=http://127.0.0.1:1", .. settings,
    ], time);

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Asks it to end, as a container engine does, and waits until it has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await TerminateAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public Task TerminateAsync(CancellationToken cancellationToken) => SignalAsync("TERM", cancellationToken);

    public async Task<int> ExitCodeAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>It stands still, with every connection open, until it is thawed.</summary>
    public Task FreezeAsync(CancellationToken cancellationToken) => SignalAsync("STOP", cancellationToken);

    public Task ThawAsync(CancellationToken cancellationToken) => SignalAsync("CONT", cancellationToken);

    private async Task SignalAsync(string name, CancellationToken cancellationToken)
    {
        var sent = await Programs.RunAsync("kill", [$"-{name}", $"{_process.Id}"], cancellationToken);
        Assert.True(sent.ExitCode == 0, sent.Error);
    }

    private void Keep(string? line)
    {
        if (line is not null) _output.Enqueue(line);
    }
}
