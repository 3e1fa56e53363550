using System.Collections.Concurrent;
using System.Text.Json;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>The node classes of a model's instances together. Immutable; a class is read from its description when it is first asked for.</summary>
internal sealed class NodeLibrary
{
    private readonly JsonElement _descriptions;
    private readonly ConcurrentDictionary<string, NodeClass> _read = new(StringComparer.Ordinal);

    /// <param name="json">What <c>/object_info</c> answers, UTF-8.</param>
    /// <param name="isComplete">False while an instance has not said yet what it has: then what is not here may still be there.</param>
    public NodeLibrary(ReadOnlyMemory<byte> json, bool isComplete)
    {
        Json = json;
        IsComplete = isComplete;
        // Never disposed: what was read from it lives as long as the library.
        _descriptions = JsonDocument.Parse(json).RootElement;
    }

    public static NodeLibrary Empty { get; } = new("{}"u8.ToArray(), isComplete: false);

    public ReadOnlyMemory<byte> Json { get; }

    public bool IsComplete { get; }

    public NodeClass? Find(string name) =>
        Describe(name) is { } description ? _read.GetOrAdd(name, static (name, json) => NodeClass.Read(name, json), description) : null;

    /// <summary>The class as <c>/object_info</c> has it; null for one that no instance has.</summary>
    public JsonElement? Describe(string name) =>
        _descriptions.ValueKind == JsonValueKind.Object && _descriptions.TryGetProperty(name, out var json) ? json : null;
}
