using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace GenAI.LoadTest.Processes;

/// <summary>A process that was started here, in a folder of its own, and is gone with its folder when this is disposed of.</summary>
internal sealed class OwnedProcess : IAsyncDisposable
{
    private const int LinesKept = 40;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly string _name;
    private readonly ConcurrentQueue<string> _output = new();

    private OwnedProcess(string name, string program, IEnumerable<string> arguments, string workingFolder)
    {
        _name = name;
        try
        {
            _process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            })!;
        }
        catch (Win32Exception exception)
        {
            throw new LoadTestException($"{name} cannot be started: {exception.Message}");
        }

        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Starts it, and returns when it answers.</summary>
    /// <param name="ready">An address that it answers, with whatever status.</param>
    /// <exception cref="LoadTestException">It does not start.</exception>
    public static async Task<OwnedProcess> StartAsync(
        string name, string program, IEnumerable<string> arguments, string workingFolder, Uri ready, CancellationToken cancellationToken)
    {
        var process = new OwnedProcess(name, program, arguments, workingFolder);
        try
        {
            await process.UntilAnsweredAsync(ready, cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Bytes of its memory that are in RAM.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Its processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Asked first: nginx and HAProxy take their helpers with them only then.
            using var asking = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await asking.WaitForExitAsync();
            try
            {
                await _process.WaitForExitAsync().WaitAsync(StopLimit, TimeProvider.System);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private async Task UntilAnsweredAsync(Uri ready, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (_process.HasExited) throw new LoadTestException($"{_name} ended with code {_process.ExitCode} at its start. It said:\n{Output}");
            try
            {
                using var answer = await http.GetAsync(ready, cancellationToken);
                return;
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (TimeProvider.System.GetElapsedTime(since) > StartLimit)
                    throw new LoadTestException($"{_name} does not answer at {ready} after {StartLimit.TotalSeconds:0} s. It said:\n{Output}");
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    private string Output => string.Join('\n', _output);

    private void Keep(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line);
        if (_output.Count > LinesKept) _output.TryDequeue(out _);
    }
}
