using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Listing;
using GenAI.Gateway.ComfyUI.Prompts;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>
/// Passes on to each client what happens to its jobs, from whichever instance runs them, and to all of a model how long its queue is.
/// How a job ended is told from the job's record once that is journalled, so that a client that looks there finds it.
/// </summary>
internal sealed partial class SocketFeed(
    JobEvents events, JobDesk desk, JobPayloads payloads, SocketSessions sessions, SuccessHolding holding, IOptions<ComfyUIOptions> options, TimeProvider clock,
    ILogger<SocketFeed> logger)
    : IDisposable
{
    private readonly ConcurrentDictionary<string, PromptTrace> _traces = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StatusTimer> _statuses = new(StringComparer.Ordinal);
    private IDisposable? _listening;
    private long _startedAt;

    /// <summary>Before this nothing is known of ends but what the journal has.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>How long ago that was.</summary>
    public TimeSpan Running => clock.GetElapsedTime(_startedAt);

    public void Start()
    {
        (StartedAt, _startedAt) = (clock.GetUtcNow(), clock.GetTimestamp());
        _listening ??= events.Listen(Hear);
    }

    public void Dispose()
    {
        _listening?.Dispose();
        foreach (var status in _statuses.Values) status.Dispose();
    }

    public static OutboundMessage Status(int remaining, string? session = null)
    {
        var data = new JsonObject { ["status"] = PromptApi.QueueInfo(remaining) };
        if (session is not null) data["sid"] = session;
        return SocketMessages.Text("status", data, session is null ? MessageKind.Status : MessageKind.Essential);
    }

    /// <summary>What a client that comes back must know of a job that runs: what its nodes have made, and at which node it is.</summary>
    public IEnumerable<OutboundMessage> Catchup(Job job)
    {
        foreach (var message in Executed(job, _ => true)) yield return message;
        if (_traces.TryGetValue(job.Id, out var trace) && trace.Node is { } node)
            yield return SocketMessages.Text("executing", new JsonObject { ["node"] = node, ["display_node"] = node, ["prompt_id"] = job.Id });
    }

    /// <summary>All that a client must hear of a job that has ended.</summary>
    public static IEnumerable<OutboundMessage> End(Job job, JsonElement? result, string? node, Func<string, bool> isMissing)
    {
        if (JobEnds.Message(job, result, node) is not var (type, data)) yield break;
        foreach (var message in Executed(job, isMissing)) yield return message;
        yield return SocketMessages.Text(type, data);
        yield return SocketMessages.Text("executing", new JsonObject { ["node"] = null, ["prompt_id"] = job.Id });
    }

    private static IEnumerable<OutboundMessage> Executed(Job job, Func<string, bool> isMissing)
    {
        foreach (var (node, output) in JobEnds.Outputs(job).Where(shown => isMissing(shown.Key)))
        {
            yield return SocketMessages.Text("executed", new JsonObject
            {
                ["node"] = node, ["display_node"] = node, ["output"] = output!.DeepClone(), ["prompt_id"] = job.Id,
            });
        }
    }

    private static SocketKey KeyOf(Job job) => new(job.Owner, job.Model, job.ClientId!);

    private void Hear(JobEvent happened)
    {
        var job = happened.Job;
        if (happened is JobChanged && (job.State == JobState.Queued || job.State.HasEnded())) AnnounceQueue(job.Model);
        if (job.ClientId is null) return;
        switch (happened)
        {
            case JobChanged when job.State.HasEnded():
                End(job);
                break;
            case JobChanged when job.State == JobState.Queued:
                // Given back: the next instance begins at the beginning.
                if (_traces.TryRemove(job.Id, out _)) Post(sessions.Find(KeyOf(job)), holding.End(KeyOf(job), job.Id, null));
                break;
            case JobMessage message:
                Pass(message);
                break;
            case JobPreviewed preview when sessions.Find(KeyOf(job)) is { } socket:
                var kind = preview.IsOutput ? MessageKind.Essential : MessageKind.Preview;
                socket.Post(socket.SupportsPreviewMetadata
                    ? SocketMessages.PreviewWithMetadata(job.Id, _traces.GetValueOrDefault(job.Id)?.Node, preview.Image.Span, preview.ContentType, kind)
                    : SocketMessages.Preview(job.Id, preview.Image.Span, preview.ContentType, kind));
                break;
            case JobNodeText text:
                sessions.Find(KeyOf(job))?.Post(new OutboundMessage(text.Frame, MessageKind.Progress) { IsBinary = true });
                break;
        }
    }

    private void Pass(JobMessage message)
    {
        var job = message.Job;
        // The ends are told by the job's own record.
        if (job.State.HasEnded() || JobEnds.IsEnd(message.Type)) return;
        if (!_traces.TryGetValue(job.Id, out var trace))
        {
            _traces[job.Id] = trace = new PromptTrace();
            holding.Begin(KeyOf(job), job.Id);
        }

        if (message.Type is "executing" or "executed" && NodeOf(message.Data) is { } node)
        {
            if (message.Type == "executing") trace.Executing(node);
            else trace.Executed(node);
        }

        var kind = message.Type is "progress" or "progress_state" ? MessageKind.Progress : MessageKind.Essential;
        sessions.Find(KeyOf(job))?.Post(SocketMessages.Text(message.Type, message.Data, kind));
    }

    private void End(Job job)
    {
        var key = KeyOf(job);
        _traces.TryRemove(job.Id, out var trace);
        var socket = sessions.End(key, job.Id);
        var waits = job.State == JobState.Completed && socket is { SupportsPreviewMetadata: false };
        if (job.State is JobState.Failed or JobState.Lost && socket is not null) _ = TellFailureAsync(job, socket, trace?.Node);
        else Tell(job, socket, trace, waits);
    }

    private void Tell(Job job, ClientSocket? socket, PromptTrace? trace, bool waits)
    {
        bool IsMissing(string node) => job.State == JobState.Completed && trace?.HasExecuted(node) != true;
        var messages = End(job, null, trace?.Node, IsMissing).ToList();
        // The last but one says how it ended.
        var success = waits ? messages[^2] : (OutboundMessage?)null;
        var free = holding.End(KeyOf(job), job.Id, success);
        if (success is not null) messages.RemoveAt(messages.Count - 2);
        messages.InsertRange(Math.Max(0, messages.Count - 1), free);
        Post(socket, messages);
    }

    /// <summary>What the instance said of it is in the journal alone.</summary>
    private async Task TellFailureAsync(Job job, ClientSocket socket, string? node)
    {
        JsonElement? result = null;
        try
        {
            result = await payloads.ResultAsync(job, CancellationToken.None);
        }
        catch (Exception exception) when (exception is JournalException or InvalidOperationException or JsonException)
        {
            LogResultUnknown(job.Id, exception.Message);
        }

        Post(socket, [.. End(job, result, node, _ => false), .. holding.End(KeyOf(job), job.Id, null)]);
    }

    private static void Post(ClientSocket? socket, IEnumerable<OutboundMessage> messages)
    {
        if (socket is null) return;
        foreach (var message in messages) socket.Post(message);
    }

    /// <summary>Soon, and once for what changes meanwhile.</summary>
    private void AnnounceQueue(string model) =>
        _statuses.GetOrAdd(model, name => new StatusTimer(clock, options.Value.Sockets.StatusInterval, () => Announce(name))).Set();

    private void Announce(string model)
    {
        var listeners = sessions.Of(model);
        if (listeners.Count == 0) return;
        var message = Status(desk.CountOpen(model));
        foreach (var listener in listeners) listener.Post(message);
    }

    private static string? NodeOf(ReadOnlyMemory<byte> data)
    {
        using var document = JsonDocument.Parse(data);
        return PromptItems.Member(document.RootElement, "node") is { ValueKind: JsonValueKind.String } node ? node.GetString() : null;
    }

    [LoggerMessage(1, LogLevel.Warning, "A client hears of the failure of job {Job} without what the instance said of it: {Reason}")]
    private partial void LogResultUnknown(string job, string reason);
}
