using System.Collections.Immutable;

namespace GenAI.Gateway.Jobs;

/// <summary>
/// Tells whoever listens what happens to jobs, on the thread on which it happens: a listener must be quick and must not block,
/// so one that writes to a client puts the event in a bounded queue of its own.
/// </summary>
internal sealed class JobEvents
{
    private ImmutableArray<Action<JobEvent>> _listeners = [];

    public void Publish(JobEvent jobEvent)
    {
        foreach (var listener in _listeners) listener(jobEvent);
    }

    /// <summary>Listens until the answer is disposed.</summary>
    public IDisposable Listen(Action<JobEvent> listener)
    {
        ImmutableInterlocked.Update(ref _listeners, listeners => listeners.Add(listener));
        return new Subscription(this, listener);
    }

    private sealed class Subscription(JobEvents events, Action<JobEvent> listener) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref events._listeners, listeners => listeners.Remove(listener));
    }
}
