using System.Text.Json.Serialization;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>The answer to <c>POST /v1/images/generations</c>.</summary>
public sealed record ImagesResponse(
    [property: JsonPropertyName("created")] long Created,
    [property: JsonPropertyName("data")] IReadOnlyList<ImageData> Data,
    [property: JsonPropertyName("background")] string Background,
    [property: JsonPropertyName("output_format")] string OutputFormat,
    [property: JsonPropertyName("quality")] string Quality,
    [property: JsonPropertyName("size")] string Size);

/// <summary>One image, as itself or as an address.</summary>
public sealed record ImageData
{
    /// <summary>PNG; JSON writes it in base 64.</summary>
    [JsonPropertyName("b64_json"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Image { get; init; }

    [JsonPropertyName("url"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Uri? Url { get; init; }

    /// <summary>An extension of ours: the seed that makes this very image again.</summary>
    [JsonPropertyName("seed")]
    public required long Seed { get; init; }
}
