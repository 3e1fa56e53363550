using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>The lists of files that <c>/object_info</c> has for inputs of uploads. Pure.</summary>
internal static class UploadChoices
{
    /// <summary>The class's description with other files in the lists of its inputs of uploads.</summary>
    /// <param name="nodeClass">The class.</param>
    /// <param name="description">How <c>/object_info</c> describes it.</param>
    /// <param name="replace">From an input and the files that it lists to those that it shall list.</param>
    public static JsonObject Replace(
        NodeClass nodeClass, JsonElement description, Func<NodeInputSpec, IReadOnlyList<string>, IEnumerable<string>> replace)
    {
        var replaced = (JsonObject)JsonNode.Parse(description.GetRawText())!;
        foreach (var spec in nodeClass.Uploads)
        {
            var raw = ((replaced["input"] as JsonObject)?[spec.IsOptional ? "optional" : "required"] as JsonObject)?[spec.Name] as JsonArray;
            if (raw?[0].AsTexts() is { } listed) raw[0] = List(listed);
            else if (raw is { Count: > 1 } && raw[1] is JsonObject options && options["options"].AsTexts() is { } choices) options["options"] = List(choices);

            JsonArray List(IReadOnlyList<string> files) => [.. replace(spec, files).Select(file => (JsonNode)file)];
        }

        return replaced;
    }

    /// <summary>The files of those that such an input takes.</summary>
    /// <param name="spec">The input.</param>
    /// <param name="files">Names of a client's files in the input folder, which have to be of its kind.</param>
    /// <param name="contentType">What kind of file a name is of.</param>
    public static IEnumerable<string> Fitting(NodeInputSpec spec, IEnumerable<string> files, Func<string, string> contentType) =>
        spec.UploadKind is { } kind ? files.Where(file => contentType(file).StartsWith(kind, StringComparison.Ordinal)) : [];
}
