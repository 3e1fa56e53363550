using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Capabilities;
using GenAI.Gateway.ComfyUI.Graphs;
using GenAI.Gateway.ComfyUI.Uploads;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Webhooks;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Prompts;

/// <summary>From the body of <c>POST /prompt</c> to a queued job, or to the reason why not.</summary>
internal sealed class PromptIntake(
    WebhookDesk desk, InstanceCapabilities capabilities, PromptFiles files, IOptions<ComfyUIOptions> options, TimeProvider clock)
{
    /// <summary>ComfyUI's <c>front</c>: a head start, since a queue that many share has no front for everybody.</summary>
    private const int FrontPriority = 1;

    public async Task<PromptOutcome> SubmitAsync(VirtualComfyUI comfy, JsonObject body, OrderTerms terms, CancellationToken cancellationToken)
    {
        var (envelope, problem) = PromptEnvelope.Read(body, clock.GetUtcNow());
        if (envelope is null) return PromptOutcome.Refused(problem!);

        var library = await capabilities.LibraryAsync(comfy.Model, cancellationToken);
        var (graph, error) = PromptGraph.Read(body["prompt"], library, options.Value.MaxNodes);
        if (graph is null) return PromptOutcome.Refused(error!);
        var found = await files.FindAsync(comfy.Caller, graph, cancellationToken);
        var verdict = PromptValidation.Check(
            graph, envelope.Targets, library.IsComplete, (spec, name) => found.ContainsKey(name) || spec.Choices?.Contains(name) == true);
        if (verdict.Error is not null) return PromptOutcome.Refused(verdict.Error, verdict.NodeErrors);

        var prompt = body["prompt"]!.AsObject();
        var print = terms.IdempotencyKey is null ? null : Fingerprints.Of(JsonSerializer.SerializeToUtf8Bytes(prompt));
        var isFirst = envelope.Front || envelope.Number < 0;
        var (jobs, refusal) = await desk.SubmitAsync(
            [new JobSubmission
            {
                Id = envelope.PromptId ?? Guid.NewGuid().ToString("D"),
                Model = comfy.Name,
                Source = JobSource.ComfyUI,
                Caller = comfy.Caller,
                Payload = Payload(prompt, graph, envelope, verdict, found),
                Demand = Demand(comfy, prompt, graph, found),
                ClientId = envelope.ClientId,
                WorkflowId = envelope.WorkflowId,
                Priority = isFirst ? FrontPriority : 0,
                IdempotencyKey = terms.KeyOf(0),
                Fingerprint = print,
                Webhook = terms.Webhook,
                Wish = comfy.Wish,
            }],
            cancellationToken);
        var job = jobs?[0];
        // What came back for a key may be the job of another request, or of another model.
        if (job is not null && (job.Fingerprint != print || job.Model != comfy.Name)) (job, refusal) = (null, OrderTerms.KeyReused);
        return job is null
            ? new PromptOutcome(null, null, null, refusal, verdict.NodeErrors)
            : new PromptOutcome(job, envelope.Number, null, null, verdict.NodeErrors);
    }

    private static JobDemand Demand(VirtualComfyUI comfy, JsonObject prompt, PromptGraph graph, IReadOnlyDictionary<string, string> files)
    {
        var demand = GraphDemandReader.Read(prompt, comfy.Model.Definition?.Checkpoint ?? "");
        var choices = GraphDemandReader.Choices(graph, files.ContainsKey);
        return demand with { ModelFiles = [.. demand.ModelFiles.Union(choices, StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
    }

    /// <summary>What the runner sends on, and with it what listings show and which file each name stands for now.</summary>
    private static byte[] Payload(
        JsonObject prompt, PromptGraph graph, PromptEnvelope envelope, PromptVerdict verdict, IReadOnlyDictionary<string, string> files)
    {
        var payload = new JsonObject
        {
            ["prompt"] = prompt.DeepClone(),
            ["extra_data"] = envelope.ExtraData,
            ["outputs"] = new JsonArray([.. verdict.Outputs.Select(id => (JsonNode)id)]),
        };
        if (envelope.Number is { } number) payload["number"] = number;
        if (envelope.Targets is { } targets) payload["partial_execution_targets"] = new JsonArray([.. targets.Select(id => (JsonNode)id)]);
        if (files.Count == 0) return JsonSerializer.SerializeToUtf8Bytes(payload, Answers.Relaxed);
        payload[PromptFiles.Member] = new JsonObject(files.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value)));
        payload[PromptFiles.InputsMember] = PromptFiles.Inputs(graph, files);
        return JsonSerializer.SerializeToUtf8Bytes(payload, Answers.Relaxed);
    }
}

/// <summary>Either the job or one of the errors; and what is wrong with single nodes, in all cases.</summary>
/// <param name="Number">The one that the client gave.</param>
/// <param name="Error">What is wrong with the prompt.</param>
/// <param name="Refusal">Why the queue does not take it.</param>
internal sealed record PromptOutcome(Job? Job, double? Number, PromptError? Error, ApiError? Refusal, JsonObject NodeErrors)
{
    public static PromptOutcome Refused(PromptError error, JsonObject? nodeErrors = null) => new(null, null, error, null, nodeErrors ?? []);
}
