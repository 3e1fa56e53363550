using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Sockets;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>
/// What the submitting client hears of one job. Messages about the job as a whole carry a timestamp and are kept for
/// <c>/history</c>; those about nodes are only sent.
/// </summary>
internal sealed class ExecutionMessages(PromptJob job, ClientSockets sockets, CurrentNode current, TimeProvider clock)
{
    private readonly JsonArray _kept = [];
    private Action? _end;

    /// <summary>The kept messages, <c>[[type, data], …]</c>.</summary>
    public JsonArray Kept => _kept.DeepClone().AsArray();

    /// <summary>The client's socket, when it listens.</summary>
    public ClientSocket? Listener => job.ClientId is { } client ? sockets.Find(client) : null;

    public void Started() => Keep("execution_start", []);

    public void Cached(IEnumerable<string> nodes) =>
        Keep("execution_cached", new JsonObject { ["nodes"] = new JsonArray([.. nodes.Select(node => (JsonNode)node)]) });

    public void Succeeded() => End("execution_success", []);

    public void Failed(JsonObject error) => End("execution_error", error);

    public void Interrupted(JsonObject where) => End("execution_interrupted", where);

    public void Executing(string node)
    {
        current.Set(job.ClientId, job.Id, node);
        Send("executing", new JsonObject { ["node"] = node, ["display_node"] = node, ["prompt_id"] = job.Id });
    }

    public void Executed(string node, JsonNode? output) => Send("executed", new JsonObject
    {
        ["node"] = node, ["display_node"] = node, ["output"] = output?.DeepClone(), ["prompt_id"] = job.Id,
    });

    public void Progress(string node, int value, int max) => Send("progress", new JsonObject
    {
        ["value"] = value, ["max"] = max, ["prompt_id"] = job.Id, ["node"] = node,
    });

    public void ProgressState(JsonObject nodes) => Send("progress_state", new JsonObject { ["prompt_id"] = job.Id, ["nodes"] = nodes });

    /// <summary>Sends how the job ended. Called once <c>/history</c> shows it, so that a client that looks there finds it.</summary>
    public void Ended()
    {
        current.Clear();
        _end?.Invoke();
    }

    /// <summary>The last message of every job, <c>executing</c> without a node. Called once <c>/queue</c> no longer shows it.</summary>
    public void Finished() =>
        Send("executing", new JsonObject { ["node"] = null, ["prompt_id"] = job.Id });

    private void Keep(string type, JsonObject data)
    {
        Stamp(type, data);
        Send(type, data);
    }

    /// <summary>As in ComfyUI everyone hears of the interruption of a job that nobody owns.</summary>
    private void End(string type, JsonObject data)
    {
        Stamp(type, data);
        _end = job.ClientId is null && type == "execution_interrupted" ? () => sockets.Broadcast(type, data) : () => Send(type, data);
    }

    private void Stamp(string type, JsonObject data)
    {
        data["prompt_id"] = job.Id;
        data["timestamp"] = clock.GetUtcNow().ToUnixTimeMilliseconds();
        _kept.Add((JsonNode)new JsonArray(type, data.DeepClone()));
    }

    private void Send(string type, JsonObject data)
    {
        if (job.ClientId is { } client) sockets.Send(client, type, data);
    }
}
