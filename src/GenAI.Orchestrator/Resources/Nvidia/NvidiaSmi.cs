using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Resources.Nvidia;

/// <summary>Runs <c>nvidia-smi</c>, and never longer than its timeout. One call at a time.</summary>
internal sealed class NvidiaSmi(IOptions<ResourcesOptions> options, TimeProvider time) : IDisposable
{
    private const int MaxOutputLength = 32 * 1024;

    private Process? _unfinished;

    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<GpuReport> QueryAsync(CancellationToken cancellationToken)
    {
        // With a wedged driver it hangs in the kernel, where nothing can kill it: there must not be one more each time.
        if (_unfinished is { HasExited: false }) return GpuReport.Failed("gpu: nvidia-smi hangs; an earlier call has not ended");
        _unfinished?.Dispose();
        _unfinished = null;

        try
        {
            _unfinished = Process.Start(StartInfo())!;
        }
        catch (Win32Exception)
        {
            return GpuReport.Failed($"gpu: there is no program '{options.Value.NvidiaSmi}', so no NVIDIA GPU that this service can see");
        }

        return await ReportAsync(_unfinished, cancellationToken);
    }

    public void Dispose()
    {
        if (_unfinished is null) return;
        Kill(_unfinished);
        _unfinished.Dispose();
    }

    private async Task<GpuReport> ReportAsync(Process process, CancellationToken cancellationToken)
    {
        var timeout = options.Value.NvidiaSmiTimeout;
        try
        {
            var (output, errors) = await RunAsync(process, cancellationToken).WaitAsync(timeout, time, cancellationToken);
            var report = NvidiaSmiOutput.Parse(output);
            // What goes wrong is printed to one stream or the other, depending on the version; an exit code alone says too little.
            var fromErrors = NvidiaSmiOutput.Parse(errors).Problems;
            var silent = process.ExitCode != 0 && report.Problems.IsEmpty && fromErrors.IsEmpty;
            return report with
            {
                Problems = [.. report.Problems, .. fromErrors, .. silent ? [$"gpu: nvidia-smi ended with exit code {process.ExitCode}"] : ImmutableArray<string>.Empty],
            };
        }
        catch (TimeoutException)
        {
            Kill(process);
            return GpuReport.Failed($"gpu: nvidia-smi did not end within {timeout.TotalSeconds:0.###} s");
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            throw;
        }
    }

    private static async Task<(string Output, string Errors)> RunAsync(Process process, CancellationToken cancellationToken)
    {
        var output = ReadAsync(process.StandardOutput, cancellationToken);
        var errors = ReadAsync(process.StandardError, cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (await output, await errors);
    }

    /// <summary>Reads to the end, or to a length that no machine's GPUs need; a program that prints on is then held up until its timeout.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var buffer = new char[MaxOutputLength];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        return new string(buffer, 0, length);
    }

    private ProcessStartInfo StartInfo() => new(options.Value.NvidiaSmi, [$"--query-gpu={NvidiaSmiOutput.Query}", "--format=csv,noheader,nounits"])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
        // Numbers with a point and messages in English, wherever it runs.
        Environment = { ["LC_ALL"] = "C" },
    };

    private static void Kill(Process process)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
    }
}
