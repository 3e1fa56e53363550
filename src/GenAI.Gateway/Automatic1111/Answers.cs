using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenAI.Gateway.Automatic1111;

/// <summary>The answer to <c>txt2img</c> and <c>img2img</c>.</summary>
/// <param name="Images">Files in base64.</param>
/// <param name="Parameters">The request.</param>
/// <param name="Info">A JSON object, as text.</param>
public sealed record MakeAnswer(
    [property: JsonPropertyName("images")] IReadOnlyList<byte[]> Images,
    [property: JsonPropertyName("parameters")] IReadOnlyDictionary<string, JsonElement> Parameters,
    [property: JsonPropertyName("info")] string Info);

/// <summary>The answer to <c>GET progress</c>.</summary>
/// <param name="Progress">0 to 1; 0 when nothing is being made.</param>
/// <param name="EtaRelative">Seconds until the images are expected.</param>
/// <param name="CurrentImage">A PNG or JPEG of the image that is being made.</param>
/// <param name="TextInfo">For people.</param>
public sealed record ProgressAnswer(
    [property: JsonPropertyName("progress")] double Progress,
    [property: JsonPropertyName("eta_relative")] double EtaRelative,
    [property: JsonPropertyName("state")] ProgressState State,
    [property: JsonPropertyName("current_image")] byte[]? CurrentImage,
    [property: JsonPropertyName("textinfo")] string? TextInfo);

public sealed record ProgressState(
    [property: JsonPropertyName("skipped")] bool Skipped,
    [property: JsonPropertyName("interrupted")] bool Interrupted,
    [property: JsonPropertyName("stopping_generation")] bool Stopping,
    [property: JsonPropertyName("job")] string Job,
    [property: JsonPropertyName("job_count")] int JobCount,
    [property: JsonPropertyName("job_timestamp")] string JobTimestamp,
    [property: JsonPropertyName("job_no")] int JobNo,
    [property: JsonPropertyName("sampling_step")] int SamplingStep,
    [property: JsonPropertyName("sampling_steps")] int SamplingSteps);
