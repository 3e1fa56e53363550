using System.Collections.Concurrent;
using GenAI.Gateway.Access;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Automatic1111;

/// <summary>One session for each caller: nobody sees or stops another's work, which the web UI, made for one person, has no notion of.</summary>
internal sealed class Sessions : IDisposable
{
    private readonly ConcurrentDictionary<string, CallerSession> _sessions = new(StringComparer.Ordinal);
    private readonly IDisposable _listening;

    public Sessions(JobEvents events) => _listening = events.Listen(Hear);

    public CallerSession Of(Caller caller) => _sessions.GetOrAdd(caller.Id, static _ => new CallerSession());

    public void Dispose() => _listening.Dispose();

    private void Hear(JobEvent happened)
    {
        if (happened is not JobMessage && happened.Job.Source == JobSource.Automatic1111 && _sessions.TryGetValue(happened.Job.Owner, out var session))
            session.Hear(happened);
    }
}
