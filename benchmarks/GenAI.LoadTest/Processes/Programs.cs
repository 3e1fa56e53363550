namespace GenAI.LoadTest.Processes;

/// <summary>Programs of others that are needed.</summary>
internal static class Programs
{
    /// <exception cref="LoadTestException">It is not installed.</exception>
    public static string Find(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/usr/local/sbin"]);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new LoadTestException($"{name} is not installed; needed are nginx and haproxy, on the PATH or in /usr/sbin.");
    }
}
