namespace GenAI.Testing;

/// <summary>The working tree that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder of GenAI.sln.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GenAI.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No GenAI.sln above {AppContext.BaseDirectory}.");
    }
}
