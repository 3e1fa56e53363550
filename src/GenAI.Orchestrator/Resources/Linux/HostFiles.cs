namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>The files in which the kernel says what the machine does.</summary>
/// <param name="root">The folder that holds <c>proc</c> and <c>sys</c>: <c>/</c>, unless recorded files are read.</param>
internal sealed class HostFiles(string root)
{
    /// <returns>Null when there is no such file, or it may not be read.</returns>
    public string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
