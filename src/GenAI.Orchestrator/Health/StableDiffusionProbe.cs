using System.Text.Json.Serialization;
using GenAI.Contracts;

namespace GenAI.Orchestrator.Health;

/// <summary>
/// Probes <c>/health</c>:
/// <code>{"status": "ok", "model": "stable-diffusion-35", "load_score": 0.4, "queue_length": 2, "version": "0.1.0", "loaded": ["sd3.5_large.safetensors"]}</code>
/// Only <c>status</c>, <c>load_score</c> and <c>queue_length</c> are old enough to be in every server.
/// </summary>
internal sealed class StableDiffusionProbe(ProbeClient client) : IInstanceProbe
{
    private const string Path = "/health";

    public ModelDialect Dialect => ModelDialect.StableDiffusion;

    public async Task<ProbeReading> ProbeAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        var health = await client.GetJsonAsync<Answer>(endpoint, Path, cancellationToken);
        return health.Status is null
            ? throw new ProbeException(ProbeFailure.Body, $"{Path} has no member 'status'; this is not a Stable Diffusion server")
            : Readings.Create(Path, health.Status, health.Version, health.LoadScore, health.QueueLength, health.Loaded);
    }

    private sealed record Answer(
        string? Status,
        string? Version,
        [property: JsonPropertyName("load_score")] double? LoadScore,
        [property: JsonPropertyName("queue_length")] int QueueLength,
        List<string>? Loaded);
}
