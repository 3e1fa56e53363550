using GenAI.Scheduling.Dispatch;

namespace GenAI.Scheduling.Tests.Dispatch;

/// <summary>Jobs and instances with everything that a test does not care about filled in.</summary>
internal static class Make
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    public static DispatchJob Job(string id, string checkpoint, double arrival = 0) =>
        new() { Id = id, Arrival = At(arrival), Model = "m", Checkpoint = checkpoint, Tenant = "t" };

    public static InstanceView Free(string id, params string[] checkpoints) =>
        new() { Id = id, Model = "m", Checkpoints = [.. checkpoints], Room = Math.Max(1, checkpoints.Length) };

    public static InstanceView Busy(string id, double freeAt, params string[] checkpoints) =>
        Free(id, checkpoints) with { State = InstanceAvailability.Busy, FreeAt = At(freeAt) };

    public static DispatchQueue Queue(DispatchOptions? options = null, params DispatchJob[] jobs)
    {
        var queue = new DispatchQueue(options ?? new DispatchOptions());
        foreach (var job in jobs) queue.Enqueue(job, job.Arrival);
        return queue;
    }
}
