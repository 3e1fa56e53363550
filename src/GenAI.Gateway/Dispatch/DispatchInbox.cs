using System.Threading.Channels;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Dispatch;

/// <summary>What the dispatch loop is told, in order; never blocks who tells it.</summary>
internal sealed class DispatchInbox
{
    private readonly Channel<DispatchMessage> _messages = Channel.CreateUnbounded<DispatchMessage>(new UnboundedChannelOptions { SingleReader = true });
    private int _lookIsDue;

    public ChannelReader<DispatchMessage> Reader => _messages.Reader;

    public void Post(DispatchMessage message) => _messages.Writer.TryWrite(message);

    /// <summary>Something may have changed; many of these before the loop comes to it are one.</summary>
    public void PostLook()
    {
        if (Interlocked.Exchange(ref _lookIsDue, 1) == 0) Post(new LookAround());
    }

    /// <summary>Called by the loop before it looks.</summary>
    public void TakeLook() => Volatile.Write(ref _lookIsDue, 0);
}

internal abstract record DispatchMessage;

/// <summary>A job is to be queued: it was accepted, or another gateway gave it back.</summary>
internal sealed record JobArrived(Job Job) : DispatchMessage;

/// <summary>The job was taken from the journal's claimed ones: an instance may have it.</summary>
internal sealed record JobInherited(Job Job) : DispatchMessage;

/// <summary>Another gateway has the job now, or ended it.</summary>
internal sealed record JobLeft(Job Job) : DispatchMessage;

/// <summary>The instance is done with the job of a run that is not over yet.</summary>
internal sealed record InstanceLeft(JobRun Run) : DispatchMessage;

/// <summary>A run is over.</summary>
internal sealed record RunOver(JobRun Run, RunOutcome Outcome) : DispatchMessage;

/// <summary>An instance was rid of what was left on it.</summary>
internal sealed record LeftoversTaken(string Model, string Instance, bool Succeeded) : DispatchMessage;

/// <summary>Instances, their capabilities or the time may have changed something.</summary>
internal sealed record LookAround : DispatchMessage;

/// <summary>No more jobs are to be started; answered when none runs.</summary>
internal sealed record DrainWanted : DispatchMessage
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => _done.Task;

    public void Finish() => _done.TrySetResult();
}

/// <summary>A job is to be cancelled; the answer says whether it was.</summary>
internal sealed record CancelWanted(string Id) : DispatchMessage
{
    private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>By another gateway, to all of them: it is passed on no further.</summary>
    public bool IsPassedOn { get; init; }

    public Task<bool> Answer => _answer.Task;

    public void Reply(bool cancelled) => _answer.TrySetResult(cancelled);
}
