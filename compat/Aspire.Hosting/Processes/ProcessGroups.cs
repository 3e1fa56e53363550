using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>
/// Process groups, where the system has them. A child that leads a group of its own is ended with all it has started, and a
/// signal to a group reaches nobody else: a group's id is not used again while one of its members lives.
/// </summary>
internal static class ProcessGroups
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>`setsid` starts a program as the leader of a new session and group; null where there is none (macOS, Windows).</summary>
    public static string? SetSid { get; } =
        new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);

    public static bool HasShell { get; } = !OperatingSystem.IsWindows() && File.Exists("/bin/sh");

    /// <summary>Signals every process of the group; false when none is left.</summary>
    public static bool Signal(int groupId, int signal) => groupId > 1 && SendSignal(-groupId, signal) == 0;

    /// <summary>Signals one process.</summary>
    public static bool SignalProcess(int processId, int signal) => processId > 1 && SendSignal(processId, signal) == 0;

    /// <summary>
    /// Waits until a process that was started by <see cref="SetSid"/> leads its group: a signal sent before that reaches nobody.
    /// It takes microseconds, since the process is already `setsid`; one that has ended meanwhile is not waited for.
    /// </summary>
    public static void AwaitLeader(int processId)
    {
        var wait = default(SpinWait);
        while (GroupOf(processId) is var group && group >= 0 && group != processId)
            wait.SpinOnce();
    }

    [DllImport("libc", EntryPoint = "getpgid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GroupOf(int processId);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int target, int signal);
}
