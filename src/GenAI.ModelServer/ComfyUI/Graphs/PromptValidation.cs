using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>
/// Checks a workflow as ComfyUI's <c>validate_prompt</c> does: from each output node up through its links. Outputs that
/// are good run even when others are not; a workflow without a good output is refused.
/// </summary>
internal sealed class PromptValidation
{
    /// <summary>Failed outputs beyond these are not reported one by one: each is named at every failed node.</summary>
    private const int OutputsReported = 50;

    private readonly PromptGraph _graph;
    private readonly NodeValidation _nodes;
    private readonly JsonObject _nodeErrors = [];

    private PromptValidation(PromptGraph graph)
    {
        _graph = graph;
        _nodes = new NodeValidation(graph);
    }

    /// <param name="graph">The workflow.</param>
    /// <param name="targets">Ids of the only output nodes wanted; null for all.</param>
    public static PromptVerdict Check(PromptGraph graph, IReadOnlySet<string>? targets) => new PromptValidation(graph).Check(targets);

    private PromptVerdict Check(IReadOnlySet<string>? targets)
    {
        var outputs = _graph.Nodes.Where(node => node.Class.Schema.IsOutput && targets?.Contains(node.Id) != false).ToArray();
        if (outputs.Length == 0)
            return new PromptVerdict(null, new PromptError("prompt_no_outputs", "Prompt has no outputs", ""), _nodeErrors);

        var good = ImmutableArray.CreateBuilder<string>();
        var reasons = new List<NodeError>();
        var bad = 0;
        foreach (var output in outputs)
        {
            var check = _nodes.CheckOutput(output);
            if (check.IsGood)
            {
                good.Add(output.Id);
                continue;
            }

            if (++bad > OutputsReported) continue;
            reasons.AddRange(check.Errors);
            Report(output.Id);
        }

        if (good.Count > 0) return new PromptVerdict(new ExecutableGraph(good.ToImmutable(), _nodes.GoodNodes), null, _nodeErrors);

        var details = string.Join('\n', reasons.Select(error => $"{error.Message}: {error.Details}"));
        if (bad > OutputsReported) details += $"\n… and {bad - OutputsReported} more outputs failed";
        return new PromptVerdict(
            null, new PromptError("prompt_outputs_failed_validation", "Prompt outputs failed validation", details), _nodeErrors);
    }

    /// <summary>Adds every failed node met so far as a cause of <paramref name="output"/>'s failure, as ComfyUI does.</summary>
    private void Report(string output)
    {
        foreach (var (id, check) in _nodes.Failed)
        {
            if (_nodeErrors[id] is not JsonObject entry)
            {
                entry = new JsonObject
                {
                    ["errors"] = new JsonArray([.. check.Errors.Select(error => (JsonNode)error.ToJson())]),
                    ["dependent_outputs"] = new JsonArray(),
                    ["class_type"] = _graph.Find(id)!.ClassName,
                };
                _nodeErrors[id] = entry;
            }

            entry["dependent_outputs"]!.AsArray().Add(output);
        }
    }
}

/// <summary>Either what to run or why nothing can; and what is wrong with single nodes, in both cases.</summary>
internal sealed record PromptVerdict(ExecutableGraph? Graph, PromptError? Error, JsonObject NodeErrors);
