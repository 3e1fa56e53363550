using System.Threading.Channels;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.StableDiffusion;

/// <summary>A request that waits for its images, and the client that waits for it.</summary>
internal sealed class GenerateJob(GenerateRequest request, ulong seed, DateTimeOffset queuedAt)
    : Job(Guid.NewGuid().ToString("D"), number: 0, queuedAt)
{
    private const int ProgressKept = 16;

    private readonly TaskCompletionSource<GenerateOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A client that reads slowly misses old news, and holds up nobody.
    private readonly Channel<GenerateProgress> _progress = Channel.CreateBounded<GenerateProgress>(
        new BoundedChannelOptions(ProgressKept) { FullMode = BoundedChannelFullMode.DropOldest });

    public GenerateRequest Request { get; } = request;

    public ulong Seed { get; } = seed;

    public Task<GenerateOutcome> Outcome => _outcome.Task;

    /// <summary>Ends when the job does.</summary>
    public ChannelReader<GenerateProgress> Progress => _progress.Reader;

    public void Report(int step, int total) => _progress.Writer.TryWrite(new GenerateProgress(step, total));

    public void End(GenerateOutcome outcome)
    {
        _outcome.TrySetResult(outcome);
        _progress.Writer.TryComplete();
    }
}

/// <summary>The images with their timings; or the status and the sentence with which the request failed.</summary>
internal sealed record GenerateOutcome(
    IReadOnlyList<byte[]> Images, GenerateTimings Timings, int Status = StatusCodes.Status200OK, string? Failure = null)
{
    public static GenerateOutcome Failed(int status, string reason) => new([], new GenerateTimings(0, 0, 0), status, reason);
}
