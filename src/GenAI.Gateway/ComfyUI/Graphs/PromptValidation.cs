using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>
/// Checks a workflow as ComfyUI's <c>validate_prompt</c> does: from each output node up through its links. Outputs that
/// are good run even when others are not; a workflow without a good output is refused. Pure.
/// </summary>
internal static class PromptValidation
{
    /// <summary>Failed outputs beyond these are not reported one by one: each is named at every failed node.</summary>
    private const int OutputsReported = 50;

    /// <param name="graph">The workflow.</param>
    /// <param name="targets">Ids of the only output nodes wanted; null for all.</param>
    /// <param name="isComplete">False while a class may be one that is not known yet: then it may be an output.</param>
    /// <param name="hasFile">Whether the file that an input of uploads names is there.</param>
    public static PromptVerdict Check(
        PromptGraph graph, IReadOnlySet<string>? targets, bool isComplete, Func<NodeInputSpec, string, bool> hasFile)
    {
        var nodeErrors = new JsonObject();
        var outputs = graph.Nodes
            .Where(node => (node.Class?.IsOutput ?? !isComplete) && targets?.Contains(node.Id) != false)
            .ToArray();
        if (outputs.Length == 0)
            return new PromptVerdict([], new PromptError("prompt_no_outputs", "Prompt has no outputs", ""), nodeErrors);

        var validation = new NodeValidation(graph, hasFile);
        var good = ImmutableArray.CreateBuilder<string>();
        var reasons = new List<NodeError>();
        var bad = 0;
        foreach (var output in outputs)
        {
            var check = validation.CheckOutput(output);
            if (check.IsGood)
            {
                good.Add(output.Id);
                continue;
            }

            if (++bad > OutputsReported) continue;
            reasons.AddRange(check.Errors);
            Report(graph, validation, output.Id, nodeErrors);
        }

        if (good.Count > 0) return new PromptVerdict(good.ToImmutable(), null, nodeErrors);

        var details = string.Join('\n', reasons.Select(error => $"{error.Message}: {error.Details}"));
        if (bad > OutputsReported) details += $"\n… and {bad - OutputsReported} more outputs failed";
        return new PromptVerdict(
            [], new PromptError("prompt_outputs_failed_validation", "Prompt outputs failed validation", details), nodeErrors);
    }

    /// <summary>Adds every failed node met so far as a cause of the output's failure, as ComfyUI does.</summary>
    private static void Report(PromptGraph graph, NodeValidation validation, string output, JsonObject nodeErrors)
    {
        foreach (var (id, check) in validation.Failed)
        {
            if (nodeErrors[id] is not JsonObject entry)
            {
                entry = new JsonObject
                {
                    ["errors"] = new JsonArray([.. check.Errors.Select(error => (JsonNode)error.ToJson())]),
                    ["dependent_outputs"] = new JsonArray(),
                    ["class_type"] = graph.Find(id)!.ClassName,
                };
                nodeErrors[id] = entry;
            }

            entry["dependent_outputs"]!.AsArray().Add(output);
        }
    }
}

/// <summary>Either the output nodes to run or why nothing can; and what is wrong with single nodes, in both cases.</summary>
internal sealed record PromptVerdict(ImmutableArray<string> Outputs, PromptError? Error, JsonObject NodeErrors);
