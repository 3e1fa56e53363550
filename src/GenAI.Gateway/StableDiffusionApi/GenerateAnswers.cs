using System.Text.Json.Serialization;

namespace GenAI.Gateway.StableDiffusionApi;

/// <summary>The answer to <c>POST /generate</c>, and the data of a <c>result</c> event.</summary>
/// <param name="Images">Files in base64.</param>
/// <param name="Seed">Of the first image; the others have the next ones.</param>
public sealed record GenerateAnswer(
    [property: JsonPropertyName("images")] IReadOnlyList<byte[]> Images,
    [property: JsonPropertyName("seed")] long Seed,
    [property: JsonPropertyName("timings")] GenerateTimings Timings);

/// <summary>Milliseconds: until the first image was begun, and what the instances together took to load the checkpoint and to compute.</summary>
public sealed record GenerateTimings(
    [property: JsonPropertyName("queue_ms")] double Queue, [property: JsonPropertyName("load_ms")] double Load, [property: JsonPropertyName("infer_ms")] double Infer);

/// <summary>The data of a <c>queued</c> event.</summary>
/// <param name="Position">Of the request's first image: 1 is the next one of its model, 0 runs already.</param>
/// <param name="EstimatedEnd">When its last image is expected; null when that cannot be told.</param>
public sealed record QueuedEvent(
    [property: JsonPropertyName("jobs")] IReadOnlyList<string> Jobs,
    [property: JsonPropertyName("position")] int Position,
    [property: JsonPropertyName("estimated_end")] DateTimeOffset? EstimatedEnd);

/// <summary>The data of a <c>progress</c> event: sampling steps done over all images, and of how many.</summary>
public sealed record StepEvent([property: JsonPropertyName("step")] int Step, [property: JsonPropertyName("total_steps")] int TotalSteps);
