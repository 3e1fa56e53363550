using System.Text.Json.Serialization;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>A picture of an image that is not done: <c>image_generation.partial_image</c>, and <c>image_edit…</c>.</summary>
public sealed record PartialImageEvent(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("b64_json")] byte[] Image,
    [property: JsonPropertyName("partial_image_index")] int PartialIndex,
    [property: JsonPropertyName("image_index")] int ImageIndex,
    [property: JsonPropertyName("created_at")] long CreatedAt,
    [property: JsonPropertyName("size")] string Size,
    [property: JsonPropertyName("quality")] string Quality,
    [property: JsonPropertyName("background")] string Background,
    [property: JsonPropertyName("output_format")] string OutputFormat);

/// <summary>An image that is done: <c>image_generation.completed</c>, and <c>image_edit…</c>.</summary>
/// <param name="ImageIndex">An extension of ours: which of the request's images it is, from 0.</param>
/// <param name="Seed">An extension of ours: the seed that makes this very image again.</param>
public sealed record CompletedImageEvent(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("b64_json")] byte[] Image,
    [property: JsonPropertyName("image_index")] int ImageIndex,
    [property: JsonPropertyName("created_at")] long CreatedAt,
    [property: JsonPropertyName("size")] string Size,
    [property: JsonPropertyName("quality")] string Quality,
    [property: JsonPropertyName("background")] string Background,
    [property: JsonPropertyName("output_format")] string OutputFormat,
    [property: JsonPropertyName("seed")] long Seed,
    [property: JsonPropertyName("usage")] NoTokens Usage);

/// <summary>Clients look for tokens. There are none here, so that all are zero.</summary>
public sealed record NoTokens(
    [property: JsonPropertyName("total_tokens")] int Total,
    [property: JsonPropertyName("input_tokens")] int Input,
    [property: JsonPropertyName("output_tokens")] int Output,
    [property: JsonPropertyName("input_tokens_details")] NoTokenDetails InputDetails)
{
    public static NoTokens Instance { get; } = new(0, 0, 0, new NoTokenDetails(0, 0));
}

public sealed record NoTokenDetails([property: JsonPropertyName("text_tokens")] int Text, [property: JsonPropertyName("image_tokens")] int Image);
