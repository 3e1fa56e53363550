using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>What an instance's socket says of one prompt: passed on in order to whoever follows the job, with the gateway's names for files.</summary>
/// <param name="run">The job's.</param>
/// <param name="outputs">Fetches what its nodes show.</param>
/// <param name="graph">The prompt.</param>
/// <param name="outputNodes">Ids of the nodes for whose sake it runs.</param>
/// <param name="clock">Times its steps.</param>
internal sealed class PromptMessages(JobRun run, OutputCollector outputs, JsonObject graph, IReadOnlySet<string> outputNodes, TimeProvider clock)
{
    private readonly GraphProgress _progress = new(graph, run.Job.Demand.Steps);
    private readonly StepTimes _times = new(clock);

    /// <summary>Something was said of the prompt, so that the instance has it.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>What was heard of the steps tells how long the prompt loaded and worked.</summary>
    public void WriteTimes() => _times.Write(run);

    /// <returns>Whether it says that the prompt has ended.</returns>
    public async Task<bool> HearAsync(SocketFrame frame, CancellationToken cancellationToken)
    {
        if (!frame.IsText)
        {
            Show(frame.Bytes);
            return false;
        }

        JsonObject? message;
        try
        {
            message = JsonNode.Parse(PythonJson.OfInstance(frame.Bytes)) as JsonObject;
        }
        catch (JsonException)
        {
            // The socket is the quick way to learn of things, not the sure one.
            return false;
        }

        if (message?["data"] is not JsonObject data || data["prompt_id"].AsText() != run.Job.Id) return false;
        IsKnown = true;
        return await HearAsync(message["type"].AsText() ?? "", data, cancellationToken);
    }

    private async Task<bool> HearAsync(string type, JsonObject data, CancellationToken cancellationToken)
    {
        run.SignOfLife();
        switch (type)
        {
            // Told to the client when the end is journalled.
            case "execution_interrupted":
                // Perhaps it is the server that stops.
                return true;
            case "execution_success" or "execution_error":
            case "executing" when data["node"] is null:
                run.LeaveInstance();
                return true;
            case "execution_start":
                await BeganAsync();
                break;
            case "execution_cached":
                foreach (var node in (data["nodes"] as JsonArray ?? []).Select(JsonValues.AsText).OfType<string>()) _progress.Cached(node);
                break;
            case "executing":
                await BeganAsync();
                run.Node = data["node"].AsText();
                _progress.Executing(run.Node!);
                break;
            case "progress":
                Step(data);
                break;
            case "executed" when data["output"] is JsonObject shown:
                data["output"] = await outputs.CollectAsync(data["node"].AsText() ?? "", shown, cancellationToken);
                break;
        }

        run.Say(type, JsonSerializer.SerializeToUtf8Bytes(data));
        return false;
    }

    /// <summary>The prompt runs.</summary>
    public Task BeganAsync()
    {
        _times.Begin();
        return run.BeganAsync();
    }

    private void Step(JsonObject data)
    {
        if (data["value"] is not JsonValue value || data["max"] is not JsonValue max || !value.TryGetValue<double>(out var at) || !max.TryGetValue<double>(out var of)) return;
        var node = data["node"].AsText() ?? run.Node ?? "";
        _times.Step();
        _progress.Stepped(node, (int)at, (int)of);
        run.Progress(_progress.Fraction, (int)at, (int)of, node);
    }

    /// <summary>
    /// A picture that comes while an output node runs is what the node makes: those like SaveImageWebsocket send theirs instead of saving them.
    /// </summary>
    private void Show(byte[] frame)
    {
        if (BinaryFrames.IsText(frame)) run.SayText(frame);
        else if (BinaryFrames.Picture(frame) is var (image, contentType))
            run.Preview(image, contentType, frame, isOutput: run.Node is { } node && outputNodes.Contains(node));
    }
}
