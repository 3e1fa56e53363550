using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using GenAI.Gateway.ComfyUI.Graphs;

namespace GenAI.Gateway.ComfyUI.Capabilities;

/// <summary>What one instance has, as its <c>/object_info</c> said. Immutable.</summary>
/// <param name="Fingerprint">Equal for instances that have the same.</param>
/// <param name="Classes">Names of its node classes.</param>
/// <param name="Files">Names of weights that its nodes offer.</param>
/// <param name="Json">The whole description, UTF-8.</param>
internal sealed record InstanceAbilities(
    string Model, string Fingerprint, FrozenSet<string> Classes, FrozenSet<string> Files, ReadOnlyMemory<byte> Json)
{
    /// <exception cref="JsonException">It is no description of node classes.</exception>
    public static InstanceAbilities Read(string model, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("Expected an object of node classes.");
        var classes = new HashSet<string>(StringComparer.Ordinal);
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            classes.Add(member.Name);
            foreach (var input in NodeClass.Read(member.Name, member.Value).Inputs)
                files.UnionWith((input.Choices ?? []).Where(GraphDemandReader.IsWeights));
        }

        return new InstanceAbilities(
            model, Fingerprints.Of(json), classes.ToFrozenSet(StringComparer.Ordinal), files.ToFrozenSet(StringComparer.Ordinal), json);
    }
}

internal static class Fingerprints
{
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
