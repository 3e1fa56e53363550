using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Jobs.Journal.Sqlite;
using GenAI.LoadTest.Driving;
using GenAI.LoadTest.Processes;
using GenAI.LoadTest.Servers;

namespace GenAI.LoadTest.Accept;

/// <summary>The bare journal: what a gateway could accept at most.</summary>
internal static class JournalRate
{
    public static async Task<LoopRate> MeasureAsync(int callers, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var folder = new WorkFolder();
        await using var journal = new SqliteJournal(Path.Combine(folder.Path, "jobs.db"));
        await journal.OpenAsync(cancellationToken);
        var payload = System.Text.Encoding.UTF8.GetBytes(TextToImage.Graph(default, "sd_xl_base_1.0.safetensors", 20, 1, 1).ToJsonString());
        return await ClosedLoop.RunAsync(callers, duration, stop => journal.AcceptAsync([new NewJob(Job(), payload)], stop), int.MaxValue, cancellationToken);
    }

    private static Job Job() => new()
    {
        Id = Guid.NewGuid().ToString("D"),
        Model = "comfyui-workflows",
        Source = JobSource.ComfyUI,
        Owner = "load-test",
        Number = 0,
        Demand = new JobDemand { Checkpoint = "sd_xl_base_1.0.safetensors" },
        AcceptedAt = TimeProvider.System.GetUtcNow(),
    };
}
