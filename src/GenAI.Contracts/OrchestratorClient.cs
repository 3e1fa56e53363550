using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using GenAI.Contracts.Instances;
using GenAI.Contracts.Resources;

namespace GenAI.Contracts;

/// <summary>
/// The control plane over HTTP. <see cref="HttpClient.BaseAddress"/> is the orchestrator's root.
/// Every call throws <see cref="HttpRequestException"/> when the orchestrator is away or refuses.
/// </summary>
public sealed class OrchestratorClient(HttpClient http)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The current snapshot.</summary>
    public async Task<InstanceSnapshot> GetInstancesAsync(CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync<InstanceSnapshot>("instances", Json, cancellationToken)
        ?? throw new HttpRequestException("The orchestrator answered /instances with JSON null.");

    /// <summary>One instance, or null when the control plane does not know it.</summary>
    public async Task<Instance?> GetInstanceAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync($"instances/{Uri.EscapeDataString(id)}", cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<Instance>(Json, cancellationToken);
    }

    /// <summary>The machine's last sample.</summary>
    public async Task<HostResources> GetResourcesAsync(CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync<HostResources>("resources", Json, cancellationToken)
        ?? throw new HttpRequestException("The orchestrator answered /resources with JSON null.");

    /// <summary>
    /// The current snapshot and then each new one, until the connection ends. Reconnecting is the caller's:
    /// pass the last version seen, and an unchanged snapshot is not sent again.
    /// </summary>
    public async IAsyncEnumerable<InstanceSnapshot> WatchInstancesAsync(
        long? lastVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "instances/watch");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastVersion is { } version) request.Headers.Add("Last-Event-ID", version.ToString());

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);

        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.EventType == "snapshot" && JsonSerializer.Deserialize<InstanceSnapshot>(item.Data, Json) is { } snapshot)
                yield return snapshot;
        }
    }
}
