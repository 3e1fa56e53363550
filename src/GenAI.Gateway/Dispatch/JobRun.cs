using GenAI.Contracts.Instances;
using GenAI.Gateway.Jobs;
using GenAI.Scheduling.Dispatch;

namespace GenAI.Gateway.Dispatch;

/// <summary>One job at one instance. Runners report to it; the loop reads from it and may stop it.</summary>
internal sealed class JobRun(Job job, Instance instance, DispatchJob asked, bool isAdopted, JobRecorder recorder, JobEvents events, TimeProvider clock)
    : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly long _begun = clock.GetTimestamp();
    private volatile Job _job = job;
    private long _lastSign = clock.GetTimestamp();
    private long _left;
    private int _stop;

    /// <summary>As it is now.</summary>
    public Job Job
    {
        get => _job;
        set => _job = value;
    }

    public Instance Instance => instance;

    /// <summary>As dispatch sees it.</summary>
    public DispatchJob Asked => asked;

    /// <summary>It was found in the journal of a gateway that is gone, and may be anywhere between not begun and done.</summary>
    public bool IsAdopted => isAdopted;

    /// <summary>What was submitted.</summary>
    public ReadOnlyMemory<byte> Payload { get; set; }

    /// <summary>The instance had to load the checkpoint, as far as is known.</summary>
    public bool IsCold { get; init; }

    /// <summary>Told once, when the instance is done with the job.</summary>
    public Action<JobRun>? Left { get; set; }

    /// <summary>Why the policy chose this instance.</summary>
    public string? Why { get; init; }

    /// <summary>0 to 1.</summary>
    public double Fraction { get; private set; }

    /// <summary>The node that runs, where the job is a graph.</summary>
    public string? Node { get; set; }

    /// <summary>How long the instance loaded, and computed, as far as it can be told.</summary>
    public (TimeSpan Load, TimeSpan Work)? Measured { get; set; }

    /// <summary>How long the instance had the job.</summary>
    public TimeSpan Occupied => Volatile.Read(ref _left) is not 0 and var left ? clock.GetElapsedTime(_begun, left) : clock.GetElapsedTime(_begun);

    public TimeSpan SinceLastSign => clock.GetElapsedTime(Volatile.Read(ref _lastSign));

    public RunStop StopReason => (RunStop)Volatile.Read(ref _stop);

    public CancellationToken Stopped => _stopped.Token;

    /// <summary>Those who want the job cancelled and wait to hear whether it was. Of the loop alone.</summary>
    public List<CancelWanted> Wishes { get; } = [];

    /// <summary>The first reason counts, except that a cancelled job is not given back.</summary>
    public void Stop(RunStop reason)
    {
        if (reason == RunStop.Cancelled) Volatile.Write(ref _stop, (int)reason);
        else Interlocked.CompareExchange(ref _stop, (int)reason, (int)RunStop.None);
        // Whoever listens must not run on the loop's thread.
        ThreadPool.UnsafeQueueUserWorkItem(static run => run.Cancel(), this, preferLocal: false);
    }

    /// <summary>The instance has begun the job.</summary>
    public async Task BeganAsync()
    {
        if (Job.State == JobState.Running) return;
        SignOfLife();
        var attempt = Job.Attempts[^1] with { StartedAt = clock.GetUtcNow() };
        Job = Job with { State = JobState.Running, Attempts = Job.Attempts.SetItem(Job.Attempts.Length - 1, attempt) };
        await recorder.UpdateAsync(Job, Stopped);
    }

    /// <summary>The instance is done with the job and may begin the next, while what it has made is fetched, stored and journalled.</summary>
    public void LeaveInstance()
    {
        if (Interlocked.CompareExchange(ref _left, Math.Max(1, clock.GetTimestamp()), 0) == 0) Left?.Invoke(this);
    }

    /// <summary>The job has made a file, which is in the store.</summary>
    public async Task MadeAsync(JobOutput output)
    {
        SignOfLife();
        Job = Job with { Outputs = Job.Outputs.Add(output) };
        await recorder.UpdateAsync(Job, Stopped);
    }

    /// <summary>A name for a file that the job has made, which no other has.</summary>
    public Task<string> ReserveNameAsync(string type, string subfolder, string filename) => recorder.ReserveNameAsync(Job, type, subfolder, filename, Stopped);

    public void Progress(double fraction, int value, int max, string? node)
    {
        SignOfLife();
        Fraction = Math.Clamp(Math.Max(Fraction, fraction), 0, 1);
        events.Publish(new JobProgressed(Job, Fraction, value, max, node));
    }

    public void Preview(ReadOnlyMemory<byte> image, string contentType, ReadOnlyMemory<byte> frame, bool isOutput)
    {
        SignOfLife();
        events.Publish(new JobPreviewed(Job, image, contentType, frame, isOutput));
    }

    /// <summary>A binary frame of ComfyUI's socket with a node's text.</summary>
    public void SayText(ReadOnlyMemory<byte> frame)
    {
        SignOfLife();
        events.Publish(new JobNodeText(Job, frame));
    }

    /// <summary>A message of ComfyUI's socket for the client.</summary>
    public void Say(string type, ReadOnlyMemory<byte> data)
    {
        SignOfLife();
        events.Publish(new JobMessage(Job, type, data));
    }

    public void SignOfLife() => Volatile.Write(ref _lastSign, clock.GetTimestamp());

    public void Dispose() => _stopped.Dispose();

    private void Cancel()
    {
        try
        {
            _stopped.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run was over first.
        }
    }
}
