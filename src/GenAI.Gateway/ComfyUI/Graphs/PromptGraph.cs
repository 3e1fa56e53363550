using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>
/// A workflow in ComfyUI's API format, <c>{"3": {"class_type": "KSampler", "inputs": {…}}}</c>. Whether the inputs make sense is
/// <see cref="PromptValidation"/>'s question.
/// </summary>
internal sealed class PromptGraph
{
    /// <summary>An id is repeated in the error of every node and output that depends on its node.</summary>
    private const int MaxIdLength = 256;

    private readonly Dictionary<string, PromptNode> _byId;

    private PromptGraph(ImmutableArray<PromptNode> nodes)
    {
        Nodes = nodes;
        _byId = nodes.ToDictionary(node => node.Id, StringComparer.Ordinal);
    }

    /// <summary>In the order of the request.</summary>
    public ImmutableArray<PromptNode> Nodes { get; }

    public PromptNode? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Reads the graph, or says why it is none; also when it names a class that certainly no instance has.</summary>
    public static (PromptGraph? Graph, PromptError? Error) Read(JsonNode? prompt, NodeLibrary library, int maxNodes)
    {
        if (prompt is not JsonObject json)
            return (null, Invalid($"prompt must be an object of nodes by id, got {PythonText.Str(prompt)}"));
        if (json.Count > maxNodes)
            return (null, Invalid($"the workflow has {json.Count} nodes; at most {maxNodes} are taken"));

        var nodes = ImmutableArray.CreateBuilder<PromptNode>(json.Count);
        foreach (var (id, value) in json)
        {
            var (node, error) = ReadNode(id, value, library);
            if (node is null) return (null, error);
            nodes.Add(node);
        }

        return (new PromptGraph(nodes.ToImmutable()), null);
    }

    private static (PromptNode? Node, PromptError? Error) ReadNode(string id, JsonNode? value, NodeLibrary library)
    {
        if (id.Length > MaxIdLength)
            return (null, Invalid($"node ids may have up to {MaxIdLength} characters, got {id.Length}: {PythonText.Repr(id)}"));
        if (value is not JsonObject node)
            return (null, Invalid($"node '{id}' must be an object with class_type and inputs, got {PythonText.Str(value)}"));

        var title = (node["_meta"] as JsonObject)?["title"].AsText() is { } given ? PythonText.Cut(given) : null;
        if (node["class_type"].AsText() is not { } className)
        {
            return (null, MissingType(id, null, title,
                $"Node '{title ?? $"ID #{id}"}' has no class_type. The workflow may be corrupted or a custom node is missing."));
        }

        var nodeClass = library.Find(className);
        if (nodeClass is null && library.IsComplete) return (null, Unknown(id, PythonText.Cut(className), title));
        if (node["inputs"] is not JsonObject inputs)
            return (null, Invalid($"node '{id}' ({PythonText.Cut(className)}) must have an object inputs, got {PythonText.Str(node["inputs"])}"));

        return (new PromptNode(id, className, nodeClass, inputs), null);
    }

    private static PromptError Invalid(string details) => new("invalid_prompt", "Invalid prompt", details);

    private static PromptError Unknown(string id, string className, string? title) =>
        MissingType(id, className, title ?? className, $"Node '{title ?? className}' not found. The custom node may not be installed.");

    private static PromptError MissingType(string id, string? className, string? title, string message) =>
        new("missing_node_type", message, $"Node ID '#{id}'")
        {
            ExtraInfo = new JsonObject { ["node_id"] = id, ["class_type"] = className, ["node_title"] = title },
        };
}

/// <summary>One node as the client wrote it.</summary>
/// <param name="Class">Null while it is not known whether an instance has it.</param>
internal sealed record PromptNode(string Id, string ClassName, NodeClass? Class, JsonObject Inputs);
