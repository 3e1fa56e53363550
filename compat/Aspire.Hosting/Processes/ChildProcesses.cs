using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>Starts children, each registered with the watchdog before its program begins.</summary>
internal sealed class ChildProcesses(Watchdog watchdog, TimeProvider time)
{
    // The shell waits for a line before it becomes the program; if the AppHost is gone by then, it ends instead. It must be bash:
    // a POSIX shell drops variables whose names are not its own kind, such as services__orders-db__http__0.
    private const string WaitThenBecome = "read -r go && exec \"$0\" \"$@\"";
    private static readonly string? Gate = new[] { "/bin/bash", "/usr/bin/bash" }.FirstOrDefault(File.Exists);

    /// <summary>Starts it; <paramref name="onLine"/> is called for each line that it writes, and whether to its standard error.</summary>
    /// <exception cref="StartFailure">The system refuses to start it.</exception>
    public ChildProcess Start(LaunchPlan plan, Action<string, bool> onLine)
    {
        var start = StartInfo(plan);
        try
        {
            var process = Process.Start(start)!;
            return new ChildProcess(process, ProcessGroups.SetSid is not null, watchdog, time, onLine);
        }
        catch (Win32Exception refused)
        {
            throw new StartFailure($"the system refused to start '{plan.FileName}': {refused.Message}.");
        }
    }

    private static ProcessStartInfo StartInfo(LaunchPlan plan)
    {
        List<string> commandLine = [plan.FileName, .. plan.Arguments];
        if (Gate is { } bash)
            commandLine = [bash, "-p", "-c", WaitThenBecome, .. commandLine];
        if (ProcessGroups.SetSid is { } setsid)
            commandLine = [setsid, .. commandLine];

        var start = new ProcessStartInfo(commandLine[0], commandLine.Skip(1))
        {
            WorkingDirectory = plan.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in LaunchPlanner.NotInherited)
            start.Environment.Remove(name);
        foreach (var (name, value) in plan.Environment)
            start.Environment[name] = value;
        return start;
    }
}
