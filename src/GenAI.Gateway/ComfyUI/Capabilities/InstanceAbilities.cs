using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Graphs;
using GenAI.Gateway.ComfyUI.Uploads;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.ComfyUI.Capabilities;

/// <summary>What one instance has, as its <c>/object_info</c> said. Immutable.</summary>
/// <param name="Fingerprint">Equal for instances that have the same.</param>
/// <param name="Classes">Names of its node classes.</param>
/// <param name="Files">What its nodes offer to choose from: weights, its own pictures, samplers…</param>
/// <param name="Json">The whole description, UTF-8.</param>
internal sealed record InstanceAbilities(
    string Model, string Fingerprint, FrozenSet<string> Classes, FrozenSet<string> Files, ReadOnlyMemory<byte> Json)
{
    /// <summary>Without the files that the gateway brought for prompts: they are their owners'.</summary>
    /// <exception cref="JsonException">It is no description of node classes.</exception>
    public static InstanceAbilities Read(string model, byte[] json)
    {
        json = PythonJson.OfInstance(json);
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("Expected an object of node classes.");
        var classes = new HashSet<string>(StringComparer.Ordinal);
        var files = new HashSet<string>(StringComparer.Ordinal);
        var showing = new List<(NodeClass Class, JsonElement Description)>();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            classes.Add(member.Name);
            var nodeClass = NodeClass.Read(member.Name, member.Value);
            foreach (var input in nodeClass.Inputs) files.UnionWith((input.Choices ?? []).Where(choice => !BroughtFile.IsName(choice)));
            if (nodeClass.Uploads.Any(input => input.Choices?.Any(BroughtFile.IsName) == true)) showing.Add((nodeClass, member.Value));
        }

        if (showing.Count > 0) json = WithoutBrought(document.RootElement, showing);
        return new InstanceAbilities(
            model, Fingerprints.Of(json), classes.ToFrozenSet(StringComparer.Ordinal), files.ToFrozenSet(StringComparer.Ordinal), json);
    }

    private static byte[] WithoutBrought(JsonElement descriptions, IEnumerable<(NodeClass Class, JsonElement Description)> showing)
    {
        var rewritten = JsonObject.Create(descriptions)!;
        foreach (var (nodeClass, description) in showing)
            rewritten[nodeClass.Name] = UploadChoices.Replace(nodeClass, description, (_, files) => files.Where(file => !BroughtFile.IsName(file)));
        return JsonSerializer.SerializeToUtf8Bytes(rewritten, Answers.Relaxed);
    }
}

internal static class Fingerprints
{
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
