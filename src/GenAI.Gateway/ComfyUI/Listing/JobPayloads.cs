using System.Text.Json;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Listing;

/// <summary>Reads from the journal what was submitted and what became of it, as JSON.</summary>
internal sealed class JobPayloads(JobDesk desk)
{
    /// <summary>Null when there is no such job any more.</summary>
    public async Task<JsonElement?> PayloadAsync(Job job, CancellationToken cancellationToken) => Parse(await desk.PayloadOfAsync(job.Id, cancellationToken));

    /// <summary>Null when no instance answered.</summary>
    public async Task<JsonElement?> ResultAsync(Job job, CancellationToken cancellationToken) => Parse(await desk.ResultOfAsync(job.Id, cancellationToken));

    private static JsonElement? Parse(ReadOnlyMemory<byte>? json)
    {
        if (json is not { Length: > 0 } text) return null;
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
