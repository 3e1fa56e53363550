using System.Collections.Immutable;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>One input of a node in a validated workflow.</summary>
internal abstract record NodeInput
{
    /// <summary>A value from the prompt, already converted: Int128, double or string.</summary>
    public sealed record Value(object Content) : NodeInput;

    /// <summary>The output <paramref name="Slot"/> of another node.</summary>
    public sealed record Link(string NodeId, int Slot) : NodeInput;
}

/// <summary>A node whose inputs, and those of all its ancestors, were found good.</summary>
internal sealed record ExecutableNode(PromptNode Source, IReadOnlyDictionary<string, NodeInput> Inputs)
{
    public string Id => Source.Id;

    public IEnumerable<string> Parents => Inputs.Values.OfType<NodeInput.Link>().Select(link => link.NodeId);
}

/// <summary>What can run of a workflow: the outputs to make, and every node that they need.</summary>
/// <param name="Outputs">Ids of the output nodes, in the order of the request.</param>
/// <param name="Nodes">By id.</param>
internal sealed record ExecutableGraph(ImmutableArray<string> Outputs, IReadOnlyDictionary<string, ExecutableNode> Nodes);
