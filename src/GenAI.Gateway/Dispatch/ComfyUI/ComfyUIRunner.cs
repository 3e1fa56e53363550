using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Gateway.ComfyUI.Graphs;
using GenAI.Gateway.ComfyUI.Uploads;
using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>
/// Runs jobs on ComfyUI servers, each under its own id and with a socket of its own. The server keeps a prompt that nobody listens to, so that
/// a gateway that was killed finds it again: in the server's queue, or in its history.
/// </summary>
internal sealed class ComfyUIRunner(
    ComfyUIInstance comfy,
    PromptInputs inputs,
    ContentStore contents,
    Fleet fleet,
    IOptions<GatewayOptions> gateway,
    IOptions<DispatchSettings> settings,
    TimeProvider clock,
    ILogger<ComfyUIRunner> logger) : IInstanceRunner, IDisposable
{
    private readonly HttpMessageInvoker _sockets =
        new(new SocketsHttpHandler { ConnectTimeout = gateway.Value.ConnectTimeout, UseProxy = false });

    public ModelDialect Dialect => ModelDialect.ComfyUI;

    public bool OutlivesGateway => true;

    public async Task<RunEnding> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var payload = JsonNode.Parse(run.Payload.Span)!.AsObject();
        var graph = payload["prompt"]!.AsObject();
        var outputs = new OutputCollector(run, comfy, contents, clock, logger);
        var messages = new PromptMessages(run, outputs, graph, clock);
        var listening = new PromptListening(run, comfy, outputs, messages, fleet, _sockets, settings.Value, clock);

        if (run.IsAdopted) return await listening.FindAgainAsync(cancellationToken);

        JsonObject brought;
        try
        {
            await BringPicturesAsync(run, payload, cancellationToken);
            brought = await inputs.BringAsync(run.Instance, payload, cancellationToken);
        }
        catch (PromptInputException exception)
        {
            return PromptEnding.Refused(new PromptError("missing_input", exception.Message, "").ToJson(traceId: null));
        }

        return await listening.SubmitAsync(Request(run.Job, brought, payload), cancellationToken);
    }

    /// <remarks>
    /// It is interrupted only where it is the one that runs: a ComfyUI older than the <c>prompt_id</c> of <c>/interrupt</c> would stop
    /// whatever runs.
    /// </remarks>
    public async Task TakeBackAsync(Instance instance, string jobId, CancellationToken cancellationToken)
    {
        await comfy.DeleteAsync(instance, jobId, cancellationToken);
        if ((await comfy.QueueAsync(instance, jobId, cancellationToken)).Running) await comfy.InterruptAsync(instance, jobId, cancellationToken);
    }

    public IEnumerable<(string Type, ReadOnlyMemory<byte> Data)> StoppedMessages(JobRun run)
    {
        // As in ComfyUI a job that never ran leaves without a word.
        if (run.Job.StartedAt is null) return [];
        var where = new JsonObject
        {
            ["prompt_id"] = run.Job.Id,
            ["node_id"] = run.Node,
            ["executed"] = new JsonArray(),
            ["timestamp"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return [("execution_interrupted", JsonSerializer.SerializeToUtf8Bytes(where)), PromptEnding.Finished(run.Job.Id)];
    }

    public void Dispose() => _sockets.Dispose();

    private async Task BringPicturesAsync(JobRun run, JsonObject payload, CancellationToken cancellationToken)
    {
        foreach (var (name, content) in payload[PayloadPictures.Member] as JsonObject ?? [])
        {
            await comfy.UploadAsync(run.Instance, PayloadPictures.Folder, name, content!.AsValue().Deserialize<byte[]>()!, cancellationToken);
            run.SignOfLife();
        }
    }

    /// <summary>The job's id is the prompt's, and names its socket: whoever has the one can make the other.</summary>
    private static JsonObject Request(Job job, JsonObject graph, JsonObject payload)
    {
        var request = new JsonObject { ["prompt"] = graph.DeepClone(), ["prompt_id"] = job.Id, ["client_id"] = PromptListening.ClientOf(job) };
        foreach (var member in (ReadOnlySpan<string>)["extra_data", "partial_execution_targets"])
        {
            if (payload[member] is { } value) request[member] = value.DeepClone();
        }

        return request;
    }
}
