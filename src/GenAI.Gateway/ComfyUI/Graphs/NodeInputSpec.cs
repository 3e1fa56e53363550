using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>One input of a node class, as <c>/object_info</c> describes it: <c>[type, options]</c>.</summary>
internal sealed class NodeInputSpec
{
    private static readonly string[] UploadFlags =
        ["image_upload", "video_upload", "audio_upload", "file_upload", "animated_image_upload", "image_folder"];

    private readonly JsonElement _raw;

    private NodeInputSpec(string name, JsonElement raw, bool isOptional) => (Name, _raw, IsOptional) = (name, raw, isOptional);

    public string Name { get; }

    public bool IsOptional { get; }

    /// <summary><c>INT</c>, <c>MODEL</c>, <c>COMBO</c>, several separated by commas, or <c>*</c> for any.</summary>
    public string Type { get; private init; } = "*";

    /// <summary>What a combo offers, each once; null for another type, or where the list is not in the description.</summary>
    public FrozenSet<string>? Choices { get; private init; }

    public JsonElement Options { get; private init; }

    /// <summary>The value names a file that clients upload: the list is for the user interface, and what counts is the file.</summary>
    public bool IsUpload { get; private init; }

    /// <summary>How the content types of its files begin, <c>image/</c> or nothing in particular; null where they are not those of the input folder.</summary>
    public string? UploadKind
    {
        get
        {
            if (!IsUpload || (Options.TryGetProperty("image_folder", out var folder) && !(folder.ValueKind == JsonValueKind.String && folder.ValueEquals("input")))) return null;
            if (Flag("image_upload") || Flag("animated_image_upload")) return "image/";
            return Flag("video_upload") ? "video/" : Flag("audio_upload") ? "audio/" : "";
        }
    }

    public bool IsMultiple => Flag("multiselect");

    /// <summary>Types whose inputs the server makes up as it goes; what they take is for the instance to say.</summary>
    public bool IsDynamic => Type.StartsWith("COMFY_", StringComparison.Ordinal);

    /// <summary>Null when the description is none.</summary>
    public static NodeInputSpec? Read(string name, JsonElement raw, bool isOptional)
    {
        if (raw.ValueKind != JsonValueKind.Array || raw.GetArrayLength() == 0) return null;
        var options = raw.GetArrayLength() > 1 && raw[1].ValueKind == JsonValueKind.Object ? raw[1] : default;
        return new NodeInputSpec(name, raw, isOptional)
        {
            Options = options,
            Type = raw[0].ValueKind switch
            {
                JsonValueKind.Array => "COMBO",
                JsonValueKind.String => raw[0].GetString()!,
                _ => "*",
            },
            Choices = ReadChoices(raw[0], options),
            IsUpload = options.ValueKind == JsonValueKind.Object && UploadFlags.Any(flag => IsSet(options, flag)),
        };
    }

    /// <summary>The list of a combo in either of its spellings, <c>[[…], {}]</c> and <c>["COMBO", {"options": […]}]</c>.</summary>
    public static JsonElement ChoiceList(JsonElement type, JsonElement options)
    {
        if (type.ValueKind == JsonValueKind.Array) return type;
        return type.ValueKind == JsonValueKind.String && type.ValueEquals("COMBO") && options.ValueKind == JsonValueKind.Object
            && options.TryGetProperty("options", out var list) && list.ValueKind == JsonValueKind.Array
            ? list
            : default;
    }

    public JsonNode? Describe() => JsonArray.Create(_raw);

    public double? Number(string option) =>
        Options.ValueKind == JsonValueKind.Object && Options.TryGetProperty(option, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : null;

    /// <summary>As it is written, since a seed's maximum is beyond what a double holds.</summary>
    public string? NumberText(string option) => Number(option) is null ? null : Options.GetProperty(option).GetRawText();

    private bool Flag(string name) => Options.ValueKind == JsonValueKind.Object && IsSet(Options, name);

    private static bool IsSet(JsonElement options, string name) =>
        options.TryGetProperty(name, out var value)
        && value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined);

    private static FrozenSet<string>? ReadChoices(JsonElement type, JsonElement options)
    {
        var list = ChoiceList(type, options);
        return list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
                .Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText())
                .ToFrozenSet(StringComparer.Ordinal)
            : null;
    }
}
