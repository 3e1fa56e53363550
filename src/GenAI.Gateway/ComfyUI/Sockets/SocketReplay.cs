using System.Collections.Immutable;
using GenAI.Gateway.ComfyUI.Listing;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>What a client that connects has missed: the ends of jobs that ended while it was away, or while the gateway itself was.</summary>
internal sealed class SocketReplay(JobDesk desk, JobPayloads payloads, SocketFeed feed, IOptions<ComfyUIOptions> options)
{
    private const int PageSize = 250;
    private const int MostPages = 4;

    private static readonly ImmutableArray<JobState> Ended = [JobState.Completed, JobState.Failed, JobState.Cancelled, JobState.Lost];

    /// <param name="key">The client.</param>
    /// <param name="missed">As the client's session has it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <exception cref="Jobs.Journal.JournalException">The journal cannot be read.</exception>
    public async Task<IReadOnlyList<OutboundMessage>> ReadAsync(SocketKey key, MissedEnds missed, CancellationToken cancellationToken)
    {
        var messages = new List<OutboundMessage>();
        var before = missed.IsKnown ? [] : await StraddlingAsync(key, cancellationToken);
        var since = await FindAsync(missed.Owed, cancellationToken);
        foreach (var job in before.Concat(since).DistinctBy(job => job.Id, StringComparer.Ordinal))
            messages.AddRange(SocketFeed.End(job, await payloads.ResultAsync(job, cancellationToken), null, _ => job.State == JobState.Completed));

        foreach (var job in desk.ListOpen(key.Model, key.Owner).Where(job => job.ClientId == key.ClientId && job.State == JobState.Running))
            messages.AddRange(feed.Catchup(job));
        return messages;
    }

    private async Task<IReadOnlyList<Job>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var jobs = new List<Job>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (await desk.FindAsync(id, cancellationToken) is { } job && job.State.HasEnded()) jobs.Add(job);
        }

        return jobs;
    }

    /// <summary>
    /// Jobs that the gateway had before it was started and that ended since, or were the last to end before: their client may have listened to
    /// the one that is gone, and what that one said last may be lost. Looked for only for as long as such a client may come back.
    /// </summary>
    private async Task<IReadOnlyList<Job>> StraddlingAsync(SocketKey key, CancellationToken cancellationToken)
    {
        var resumeTime = options.Value.Sockets.ResumeTime;
        if (feed.Running > resumeTime) return [];
        var jobs = new List<Job>();
        var endedFrom = feed.StartedAt - resumeTime;
        for (var page = 0; page < MostPages; page++)
        {
            var found = await desk.ListAsync(
                new JobQuery { Model = key.Model, Owner = key.Owner, States = Ended, Descending = true, Offset = page * PageSize, Limit = PageSize },
                cancellationToken);
            jobs.AddRange(found.Jobs.Where(job => job.ClientId == key.ClientId && job.AcceptedAt < feed.StartedAt && job.EndedAt >= endedFrom));
            if (found.Jobs.Length < PageSize || found.Jobs.All(job => job.EndedAt < endedFrom)) break;
        }

        // However long the gateway was down, it is its last minute that is in doubt.
        var last = jobs.Where(job => job.EndedAt < feed.StartedAt).Max(job => job.EndedAt);
        return [.. jobs.Where(job => !(job.EndedAt < last - SocketSessions.Doubt)).OrderBy(job => job.EndedAt)];
    }
}
