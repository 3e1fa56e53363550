using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>A running child and all that it starts.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // How long lines may still come from a pipe that somebody else keeps open after the child has ended.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly bool _leadsGroup;
    private readonly Watchdog _watchdog;
    private readonly TimeProvider _time;

    public ChildProcess(Process process, bool leadsGroup, Watchdog watchdog, TimeProvider time, Action<string, bool> onLine)
    {
        _process = process;
        _leadsGroup = leadsGroup;
        _watchdog = watchdog;
        _time = time;
        Id = process.Id;

        if (leadsGroup)
            ProcessGroups.AwaitLeader(Id);
        watchdog.Add(Target);
        Release();
        var output = LineReader.ReadAsync(process.StandardOutput, line => onLine(line, false));
        var errors = LineReader.ReadAsync(process.StandardError, line => onLine(line, true));
        Exited = WatchAsync(Task.WhenAll(output, errors));
    }

    public int Id { get; }

    /// <summary>The exit code, once the child has ended and its output is read.</summary>
    public Task<int> Exited { get; }

    private int Target => _leadsGroup ? -Id : Id;

    /// <summary>Asks it to end, and makes it when it has not after the grace period.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (Exited.IsCompleted)
            return;
        Ask();
        try
        {
            await Exited.WaitAsync(grace, _time);
        }
        catch (TimeoutException)
        {
            Kill();
            await Exited;
        }
    }

    /// <summary>Ends it and all it started at once.</summary>
    public void Kill()
    {
        if (_leadsGroup)
            ProcessGroups.Signal(Id, ProcessGroups.Kill);
        else if (!Exited.IsCompleted)
            _process.Kill(entireProcessTree: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
        {
            Kill();
            await Exited;
        }

        _process.Dispose();
    }

    private void Ask()
    {
        if (_leadsGroup)
            ProcessGroups.Signal(Id, ProcessGroups.Terminate);
        else if (OperatingSystem.IsWindows())
            _process.Kill(entireProcessTree: true);
        else
            ProcessGroups.SignalProcess(Id, ProcessGroups.Terminate);
    }

    private void Release()
    {
        try
        {
            // The line that a gate waits for; without a gate the program finds an empty line, then the end.
            _process.StandardInput.Write('\n');
            _process.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // It has ended already; its exit code tells.
        }
    }

    private async Task<int> WatchAsync(Task reading)
    {
        await _process.WaitForExitAsync();

        // What it left behind in its group is ended with it.
        if (_leadsGroup)
            ProcessGroups.Signal(Id, ProcessGroups.Kill);
        _watchdog.Remove(Target);
        await Task.WhenAny(reading, Task.Delay(DrainTime, _time));
        return _process.ExitCode;
    }
}
