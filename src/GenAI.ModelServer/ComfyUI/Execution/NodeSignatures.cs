using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>
/// A node's signature is a hash of its class, its values and the signatures of the nodes that it links to. Nodes with equal
/// signatures give equal results, whatever their ids: that is what makes a result reusable.
/// </summary>
internal static class NodeSignatures
{
    public static IReadOnlyDictionary<string, string> Of(ExecutableGraph graph)
    {
        var signatures = new Dictionary<string, string>();
        foreach (var id in graph.Nodes.Keys) Sign(graph, id, signatures);
        return signatures;
    }

    private static string Sign(ExecutableGraph graph, string id, Dictionary<string, string> signatures)
    {
        if (signatures.TryGetValue(id, out var known)) return known;
        var node = graph.Nodes[id];
        var text = new StringBuilder(node.Source.ClassName);
        Append(text, node.Source.Class.ContentKey(node.Inputs) ?? "");
        foreach (var (name, input) in node.Inputs)
        {
            Append(text, name);
            Append(text, input switch
            {
                NodeInput.Link link => $"{Sign(graph, link.NodeId, signatures)}:{link.Slot}",
                NodeInput.Value value => string.Create(CultureInfo.InvariantCulture, $"{value.Content}"),
                _ => throw new InvalidOperationException($"Unknown kind of input {input.GetType()}."),
            });
        }

        return signatures[id] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>With its length in front, so that no two lists of parts give the same text.</summary>
    private static void Append(StringBuilder text, string part) => text.Append('\n').Append(part.Length).Append(':').Append(part);
}
