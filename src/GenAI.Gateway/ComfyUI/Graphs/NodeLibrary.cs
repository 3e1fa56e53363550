using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>The node classes of a model's instances together. Immutable; a class is read from its description when it is first asked for.</summary>
internal sealed class NodeLibrary
{
    private readonly JsonElement _descriptions;
    private readonly Lazy<FrozenSet<string>> _uploading;
    private readonly ConcurrentDictionary<string, NodeClass> _read = new(StringComparer.Ordinal);

    /// <param name="json">What <c>/object_info</c> answers, UTF-8.</param>
    /// <param name="isComplete">False while an instance has not said yet what it has: then what is not here may still be there.</param>
    public NodeLibrary(ReadOnlyMemory<byte> json, bool isComplete)
    {
        Json = json;
        IsComplete = isComplete;
        // Never disposed: what was read from it lives as long as the library.
        _descriptions = JsonDocument.Parse(json).RootElement;
        _uploading = new Lazy<FrozenSet<string>>(() => _descriptions.EnumerateObject()
            .Where(member => NodeClass.Read(member.Name, member.Value).Uploads.Any()).Select(member => member.Name).ToFrozenSet(StringComparer.Ordinal));
    }

    public static NodeLibrary Empty { get; } = new("{}"u8.ToArray(), isComplete: false);

    public ReadOnlyMemory<byte> Json { get; }

    public bool IsComplete { get; }

    public NodeClass? Find(string name) =>
        Describe(name) is { } description ? _read.GetOrAdd(name, static (name, json) => NodeClass.Read(name, json), description) : null;

    /// <summary>Every class, as <c>/object_info</c> has it for a client with files of its own.</summary>
    /// <param name="writer">Gets one object.</param>
    /// <param name="files">Those of the client's files that an input takes.</param>
    public void Write(Utf8JsonWriter writer, Func<NodeInputSpec, IEnumerable<string>> files)
    {
        writer.WriteStartObject();
        foreach (var member in _descriptions.EnumerateObject())
        {
            if (!_uploading.Value.Contains(member.Name))
            {
                member.WriteTo(writer);
                continue;
            }

            writer.WritePropertyName(member.Name);
            Describe(member.Name, files)!.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>One class in the same way; null for one that no instance has.</summary>
    public JsonObject? Describe(string name, Func<NodeInputSpec, IEnumerable<string>> files) => Find(name) is { } nodeClass
        ? UploadChoices.Replace(nodeClass, Describe(name)!.Value, (spec, listed) => listed.Concat(files(spec)).Distinct(StringComparer.Ordinal))
        : null;

    /// <summary>The class as <c>/object_info</c> has it; null for one that no instance has.</summary>
    private JsonElement? Describe(string name) =>
        _descriptions.ValueKind == JsonValueKind.Object && _descriptions.TryGetProperty(name, out var json) ? json : null;
}
