using System.Text.Json.Serialization;

namespace GenAI.ModelServer.StableDiffusion;

/// <summary>The answer to <c>GET /health</c>.</summary>
/// <param name="Status"><c>ok</c>.</param>
/// <param name="Model">The model's name in the catalogue.</param>
/// <param name="LoadScore">0 (idle) to 1 (saturated).</param>
/// <param name="QueueLength">Requests running and waiting.</param>
/// <param name="Version">Of the server.</param>
/// <param name="Engine">What computes the images.</param>
/// <param name="Loaded">The checkpoints in memory, most recently used first.</param>
public sealed record HealthResponse(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("model")] string Model,
    [property: JsonPropertyName("load_score")] double LoadScore,
    [property: JsonPropertyName("queue_length")] int QueueLength,
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("engine")] string Engine,
    [property: JsonPropertyName("loaded")] IReadOnlyList<string> Loaded);
