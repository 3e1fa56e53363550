using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>What an instance's socket says of one prompt: passed on in order to whoever follows the job, with the gateway's names for files.</summary>
internal sealed class PromptMessages(JobRun run, OutputCollector outputs, JsonObject graph, TimeProvider clock)
{
    private const uint PreviewEvent = 1;
    private const uint PreviewWithMetadataEvent = 4;

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
            ShowPreview(frame.Bytes);
            return false;
        }

        JsonObject? message;
        try
        {
            message = JsonNode.Parse(frame.Bytes) as JsonObject;
        }
        catch (JsonException)
        {
            // The socket is the quick way to learn of things, not the sure one.
            return false;
        }

        if (message?["data"] is not JsonObject data || Text(data["prompt_id"]) != run.Job.Id) return false;
        IsKnown = true;
        return await HearAsync(Text(message["type"]) ?? "", data, cancellationToken);
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
                foreach (var node in (data["nodes"] as JsonArray ?? []).Select(Text).OfType<string>()) _progress.Cached(node);
                break;
            case "executing":
                await BeganAsync();
                run.Node = Text(data["node"]);
                _progress.Executing(run.Node!);
                break;
            case "progress":
                Step(data);
                break;
            case "executed" when data["output"] is JsonObject shown:
                data["output"] = await outputs.CollectAsync(Text(data["node"]) ?? "", shown, cancellationToken);
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
        var node = Text(data["node"]) ?? run.Node ?? "";
        _times.Step();
        _progress.Stepped(node, (int)at, (int)of);
        run.Progress(_progress.Fraction, (int)at, (int)of, node);
    }

    private void ShowPreview(byte[] frame)
    {
        if (frame.Length < 8) return;
        var kind = BinaryPrimitives.ReadUInt32BigEndian(frame);
        var head = kind switch
        {
            PreviewEvent => 8,
            PreviewWithMetadataEvent => 8L + BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)),
            _ => long.MaxValue,
        };
        if (head > frame.Length) return;
        var image = frame.AsMemory((int)head);
        run.Preview(image, image.Span.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P']) ? "image/png" : "image/jpeg", frame);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
