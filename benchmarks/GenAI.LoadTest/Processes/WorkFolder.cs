namespace GenAI.LoadTest.Processes;

/// <summary>A folder for what a process leaves on disk; gone when it is disposed of.</summary>
internal sealed class WorkFolder : IAsyncDisposable, IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("genai-load-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
