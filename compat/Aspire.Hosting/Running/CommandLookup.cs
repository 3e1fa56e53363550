namespace Aspire.Hosting.Running;

/// <summary>Finds the program that a command means, before it is started, so that a missing one can be named.</summary>
internal static class CommandLookup
{
    /// <summary>A command is a path (relative to the working directory), or a name to look up on the PATH.</summary>
    /// <exception cref="StartFailure">There is no such program.</exception>
    public static string Find(string command, string workingDirectory)
    {
        if (!Directory.Exists(workingDirectory))
            throw new StartFailure($"its working directory '{workingDirectory}' does not exist. Create it or correct the path.");

        if (command.Contains('/', StringComparison.Ordinal) || command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            var path = Path.GetFullPath(command, workingDirectory);
            return Candidates(path).FirstOrDefault(IsProgram)
                ?? throw new StartFailure($"the program '{path}' does not exist or is not executable. Install it or correct the path.");
        }

        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return folders.SelectMany(folder => Candidates(Path.Combine(folder, command))).FirstOrDefault(IsProgram)
            ?? throw new StartFailure($"the program '{command}' was not found on the PATH. Install it, or give its full path.");
    }

    private static IEnumerable<string> Candidates(string path)
    {
        yield return path;
        if (!OperatingSystem.IsWindows())
            yield break;
        foreach (var extension in Environment.GetEnvironmentVariable("PATHEXT")?.Split(';') ?? [".EXE"])
            yield return path + extension;
    }

    private static bool IsProgram(string path)
    {
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != UnixFileMode.None);
    }
}
