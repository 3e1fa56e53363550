using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>A node class of ComfyUI. Stateless: one object serves all nodes of its class.</summary>
internal interface INode
{
    NodeSchema Schema { get; }

    /// <exception cref="NodeFailureException">The node cannot do what its inputs ask for.</exception>
    Task<NodeResult> ExecuteAsync(NodeCall call);

    /// <summary>What the result depends on beside the inputs, such as a file's content; null for nothing.</summary>
    string? ContentKey(IReadOnlyDictionary<string, NodeInput> inputs) => null;
}

/// <summary>What a node made.</summary>
/// <param name="Outputs">One value per output of the schema.</param>
/// <param name="Ui">What clients see, <c>{"images": […]}</c>; null for most nodes.</param>
internal sealed record NodeResult(ImmutableArray<object> Outputs, JsonObject? Ui = null)
{
    public static Task<NodeResult> Of(params ReadOnlySpan<object> outputs) => Task.FromResult(new NodeResult([.. outputs]));
}

/// <summary>The node cannot do what its inputs ask for; the message goes to the client.</summary>
internal sealed class NodeFailureException(string message) : Exception(message);
