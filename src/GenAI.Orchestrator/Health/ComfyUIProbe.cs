using System.Text.Json.Serialization;
using GenAI.Contracts;

namespace GenAI.Orchestrator.Health;

/// <summary>
/// Probes <c>/system_stats</c>. Our servers say there, in a member of their own, what they have loaded and how busy they are:
/// <code>
/// {"system": {"comfyui_version": "0.3.40", …}, "devices": […],
///  "genai": {"version": "0.1.0", "loaded": ["flux1-dev.safetensors"], "queue_running": 1, "queue_pending": 2, "load_score": 0.4}}
/// </code>
/// A stock ComfyUI has no such member. What it has loaded cannot be known, and its queue is asked for at <c>/prompt</c>
/// (<c>{"exec_info": {"queue_remaining": 3}}</c>), which is small however large the workflows in <c>/queue</c> are.
/// </summary>
internal sealed class ComfyUIProbe(ProbeClient client) : IInstanceProbe
{
    public ModelDialect Dialect => ModelDialect.ComfyUI;

    public async Task<ProbeReading> ProbeAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        var stats = await client.GetJsonAsync<SystemStats>(endpoint, "/system_stats", cancellationToken);
        if (stats.System is null) throw new ProbeException(ProbeFailure.Body, "/system_stats has no member 'system'; this is not a ComfyUI");
        return stats.GenAI is { } own
            ? Readings.Create("/system_stats", own.Status, own.Version, own.LoadScore, own.QueueRunning + own.QueuePending, own.Loaded)
            : await StockAsync(endpoint, stats.System, cancellationToken);
    }

    private async Task<ProbeReading> StockAsync(Uri endpoint, SystemInfo system, CancellationToken cancellationToken)
    {
        var queue = await client.GetJsonAsync<PromptInfo>(endpoint, "/prompt", cancellationToken);
        if (queue.ExecInfo is null) throw new ProbeException(ProbeFailure.Body, "/prompt has no member 'exec_info'; this is not a ComfyUI");
        return Readings.Create("/system_stats", status: null, system.Version, loadScore: null, queue.ExecInfo.QueueRemaining, loaded: null);
    }

    private sealed record SystemStats(SystemInfo? System, [property: JsonPropertyName("genai")] OwnStats? GenAI);

    private sealed record SystemInfo([property: JsonPropertyName("comfyui_version")] string? Version);

    private sealed record OwnStats(
        string? Status,
        string? Version,
        [property: JsonPropertyName("load_score")] double? LoadScore,
        [property: JsonPropertyName("queue_running")] int QueueRunning,
        [property: JsonPropertyName("queue_pending")] int QueuePending,
        List<string>? Loaded);

    private sealed record PromptInfo([property: JsonPropertyName("exec_info")] ExecInfo? ExecInfo);

    private sealed record ExecInfo([property: JsonPropertyName("queue_remaining")] int QueueRemaining);
}
