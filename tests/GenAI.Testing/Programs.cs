using System.Diagnostics;

namespace GenAI.Testing;

/// <summary>What a program left when it ended.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error);

/// <summary>Runs other programs to their end.</summary>
public static class Programs
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(2);

    /// <param name="program">Its name on the PATH, or its path.</param>
    /// <param name="arguments">One element each; nothing is split or quoted.</param>
    /// <param name="cancellationToken">Ends the program, and whatever it started.</param>
    /// <param name="folder">Where it runs; this process' folder when null.</param>
    /// <param name="input">What it reads from its standard input, which is empty when null.</param>
    /// <param name="limit">How long it may run; two minutes when null.</param>
    /// <exception cref="TimeoutException">It ran for longer than it may, and has been ended.</exception>
    public static async Task<ProgramResult> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken, string? folder = null, string? input = null,
        TimeSpan? limit = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken).WaitAsync(limit ?? DefaultLimit, TimeProvider.System, cancellationToken);
            return new ProgramResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
