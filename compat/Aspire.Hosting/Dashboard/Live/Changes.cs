namespace Aspire.Hosting.Dashboard.Live;

/// <summary>What a page can show live.</summary>
internal enum Topic
{
    Resources,
    Logs,
    Traces,
    Metrics,
}

/// <summary>Counts the changes of each topic, so that a watcher sees at any time whether it has missed some, however many they were.</summary>
internal sealed class Changes
{
    private readonly long[] _counts = new long[Enum.GetValues<Topic>().Length];

    public void Signal(Topic topic) => Interlocked.Increment(ref _counts[(int)topic]);

    public long CountOf(Topic topic) => Interlocked.Read(ref _counts[(int)topic]);
}
