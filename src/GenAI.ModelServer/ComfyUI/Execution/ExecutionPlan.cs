using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>In which order nodes run: each after those it links to, and none that only a reusable node would have needed.</summary>
internal static class ExecutionPlan
{
    /// <param name="graph">A validated workflow: without cycles.</param>
    /// <param name="isReusable">Whether a node's result is still there.</param>
    /// <returns>Ids of the output nodes and of what they need; a reusable node stands without its ancestors.</returns>
    public static IReadOnlyList<string> Order(ExecutableGraph graph, Func<string, bool> isReusable)
    {
        var order = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in graph.Outputs) Visit(output);
        return order;

        void Visit(string id)
        {
            if (!seen.Add(id)) return;
            if (!isReusable(id))
                foreach (var parent in graph.Nodes[id].Parents) Visit(parent);
            order.Add(id);
        }
    }
}
