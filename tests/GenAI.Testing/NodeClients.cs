using Xunit;

namespace GenAI.Testing;

/// <summary>The clients of <c>tests/clients</c>: scripts for Node.js around packages from npm that know nothing of us.</summary>
public static class NodeClients
{
    /// <summary>Runs a script to its end and returns what it printed. Its packages are installed first, once, from the lock file.</summary>
    public static async Task<string> RunAsync(string script, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var node = Requires.Program("node");
        var folder = Path.Combine(Repository.Root, "tests", "clients");
        await InstallAsync(folder, cancellationToken);

        var result = await Programs.RunAsync(node, [script, .. arguments], cancellationToken, folder);
        // Node.js prints the whole line that threw, and a package's lines are long: what went wrong is at the end.
        Assert.True(result.ExitCode == 0, $"{script} ended with {result.ExitCode}: …{result.Error[Math.Max(0, result.Error.Length - 1000)..]}");
        return result.Output;
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        // npm writes this file last: where it is newer than the lock file, the packages are those of the lock file.
        var (installed, locked) = (Path.Combine(folder, "node_modules", ".package-lock.json"), Path.Combine(folder, "package-lock.json"));
        using var oneAtATime = await ExclusiveAsync(Path.Combine(Path.GetTempPath(), "genai-test-clients.lock"), cancellationToken);
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(locked)) return;

        var result = await Programs.RunAsync(Requires.Program("npm"), ["ci", "--no-audit", "--no-fund"], cancellationToken, folder);
        Requires.True(result.ExitCode == 0, $"npm ci could not install the clients: {result.Error.Trim()}");
    }

    /// <summary>Test projects run side by side, and only one of them may install.</summary>
    private static async Task<FileStream> ExclusiveAsync(string path, CancellationToken cancellationToken)
    {
        FileStream? held = null;
        await Eventually.TrueAsync(() => (held = TryOpen(path)) is not null, cancellationToken, TimeSpan.FromMinutes(2), $"nobody else installs ({path})");
        return held!;
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
