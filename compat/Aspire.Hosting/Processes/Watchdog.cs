using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>
/// Ends the children when the AppHost cannot: one small shell per AppHost reads from a pipe which groups live (`+ 123`, `- 123`).
/// When the pipe ends, because the AppHost stopped, crashed or was killed with signal 9, whatever is still listed gets TERM, and
/// KILL three seconds later; and the containers and networks of the session, if it had any (`! label engine`), are removed.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' INT TERM HUP QUIT PIPE
        groups=
        engine=
        while read -r change group; do
          case $change in
            +) groups="$groups $group" ;;
            -) kept=
               for g in $groups; do [ "$g" = "$group" ] || kept="$kept $g"; done
               groups=$kept ;;
            !) label=${group%% *}
               engine=${group#* } ;;
          esac
        done
        for g in $groups; do kill -s TERM -- "$g"; done
        if [ -n "$engine" ]; then
          ids=$("$engine" ps --all --quiet --filter "label=$label")
          [ -z "$ids" ] || "$engine" rm --force --volumes $ids
          ids=$("$engine" network ls --quiet --filter "label=$label")
          [ -z "$ids" ] || "$engine" network rm $ids
        fi
        tries=0
        while [ "$tries" -lt 30 ]; do
          alive=
          for g in $groups; do kill -s 0 -- "$g" && alive=yes; done
          [ -z "$alive" ] && exit 0
          sleep 0.1
          tries=$((tries + 1))
        done
        for g in $groups; do kill -s KILL -- "$g"; done
        """;

    private readonly Lock _lock = new();
    private Process? _shell;
    private bool _disposed;
    private string? _containers;

    public void Add(int target) => Tell($"+ {target}");

    public void Remove(int target) => Tell($"- {target}");

    /// <summary>What to remove when the AppHost cannot: every container and network with that label.</summary>
    public void RemoveContainers(string label, string engine)
    {
        lock (_lock)
            _containers = $"! {label} {engine}";
        Tell(_containers);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            if (_shell is null)
                return;
            _shell.StandardInput.Dispose();
            _shell.Dispose();
        }
    }

    private void Tell(string change)
    {
        if (!ProcessGroups.HasShell)
            return;
        lock (_lock)
        {
            if (_disposed)
                return;
            _shell ??= Start();
            try
            {
                Write(change);
            }
            catch (IOException)
            {
                // Somebody ended the watchdog: another takes over, for this child and those to come.
                _shell.Dispose();
                _shell = Start();
                if (_containers is not null)
                    Write(_containers);
                Write(change);
            }
        }
    }

    private void Write(string line)
    {
        _shell!.StandardInput.Write(line + "\n");
        _shell.StandardInput.Flush();
    }

    private static Process Start()
    {
        // Its own session: neither Ctrl+C nor a kill of the AppHost's group reaches it.
        var start = ProcessGroups.SetSid is { } setsid
            ? new ProcessStartInfo(setsid) { ArgumentList = { "/bin/sh", "-c", Script } }
            : new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", Script } };
        start.RedirectStandardInput = true;
        return Process.Start(start)!;
    }
}
