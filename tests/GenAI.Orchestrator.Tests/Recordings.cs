namespace GenAI.Orchestrator.Tests;

/// <summary>The recorded texts of <c>Recorded/</c>.</summary>
internal static class Recordings
{
    public static string Read(params ReadOnlySpan<string> path) => File.ReadAllText(Folder(path));

    public static string Folder(params ReadOnlySpan<string> path) => Path.Combine([AppContext.BaseDirectory, "Recorded", .. path]);
}
