using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.ComfyUI.Nodes;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>Runs a validated workflow node by node, reusing what an earlier one has left in the cache.</summary>
internal sealed class GraphExecutor(NodeCache cache, ServerFolders folders)
{
    /// <exception cref="NodeFailureException">A node could not do what it was asked for: <see cref="PromptRun.Current"/>.</exception>
    /// <exception cref="OperationCanceledException">The job was stopped.</exception>
    public async Task ExecuteAsync(PromptRun run)
    {
        var graph = run.Job.Graph;
        var signatures = NodeSignatures.Of(graph);
        var reusable = new Dictionary<string, NodeResult>(StringComparer.Ordinal);
        foreach (var (id, signature) in signatures)
            if (Find(signature) is { } result) reusable[id] = result;

        run.Messages.Cached(graph.Nodes.Keys.Where(reusable.ContainsKey));
        foreach (var id in ExecutionPlan.Order(graph, reusable.ContainsKey))
        {
            run.Control.Token.ThrowIfCancellationRequested();
            var isOutput = graph.Outputs.Contains(id);
            if (reusable.TryGetValue(id, out var result) || (result = Find(signatures[id])) is not null)
            {
                if (isOutput) run.Reuse(id, result);
                else run.Results[id] = result;
                continue;
            }

            await ExecuteAsync(run, graph.Nodes[id], signatures[id]);
        }
    }

    private async Task ExecuteAsync(PromptRun run, ExecutableNode node, string signature)
    {
        run.Begin(node.Id);
        var inputs = node.Inputs.ToDictionary(input => input.Key, input => input.Value switch
        {
            NodeInput.Value value => value.Content,
            NodeInput.Link link => run.Results[link.NodeId].Outputs[link.Slot],
            _ => throw new InvalidOperationException($"Unknown kind of input {input.Value.GetType()}."),
        });
        var result = await node.Source.Class.ExecuteAsync(new NodeCall(node.Id, inputs, run));
        cache.Add(signature, result);
        run.End(node.Id, result);
    }

    /// <summary>A result whose files were deleted meanwhile cannot be shown again, and is made anew.</summary>
    private NodeResult? Find(string signature) =>
        cache.Find(signature) is { } result && ImageReferences.In(result.Ui).All(image => image.Exists(folders)) ? result : null;
}
