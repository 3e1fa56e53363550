using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.Contracts.Access;

/// <summary>
/// The gateway's admin API over HTTP. <see cref="HttpClient.BaseAddress"/> is the gateway's root, and the client carries the key. Every call
/// throws <see cref="HttpRequestException"/> when the gateway is away, and <see cref="AccessRefusedException"/> when it refuses.
/// </summary>
public sealed class AccessClient(HttpClient http)
{
    private const int MaxErrorCharacters = 500;

    public Task<KeyList> ListKeysAsync(CancellationToken cancellationToken) =>
        SendAsync<KeyList>(HttpMethod.Get, "v1/keys", null, cancellationToken);

    public Task<IssuedKey> CreateKeyAsync(CreateKeyRequest request, CancellationToken cancellationToken) =>
        SendAsync<IssuedKey>(HttpMethod.Post, "v1/keys", request, cancellationToken);

    public Task<IssuedKey> RotateKeyAsync(string id, RotateKeyRequest request, CancellationToken cancellationToken) =>
        SendAsync<IssuedKey>(HttpMethod.Post, $"v1/keys/{Uri.EscapeDataString(id)}/rotate", request, cancellationToken);

    public Task<KeyInfo> RevokeKeyAsync(string id, CancellationToken cancellationToken) =>
        SendAsync<KeyInfo>(HttpMethod.Delete, $"v1/keys/{Uri.EscapeDataString(id)}", null, cancellationToken);

    /// <param name="days">Today and the days before it, 1 to 366.</param>
    /// <param name="key">Only this key's; null: every key that the caller may see.</param>
    public Task<UsageReport> GetUsageAsync(int days, string? key, CancellationToken cancellationToken) =>
        SendAsync<UsageReport>(
            HttpMethod.Get, $"v1/usage?days={days}" + (key is null ? "" : $"&key={Uri.EscapeDataString(key)}"), null, cancellationToken);

    private async Task<T> SendAsync<T>(HttpMethod method, string address, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: AccessJson.Options);
        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode) throw await RefusalAsync(response, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(AccessJson.Options, cancellationToken)
                ?? throw new HttpRequestException($"{http.BaseAddress}{address} answered JSON null.");
        }
        catch (JsonException exception)
        {
            throw new HttpRequestException($"{http.BaseAddress}{address} answered something that no gateway answers: {exception.Message}", exception);
        }
    }

    private static async Task<AccessRefusedException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var (message, code, trace) = ReadError(text);
        return new AccessRefusedException(response.StatusCode, code, message ?? $"{(int)response.StatusCode} {response.ReasonPhrase}", trace);
    }

    private static (string? Message, string? Code, string? TraceId) ReadError(string text)
    {
        try
        {
            var error = JsonNode.Parse(text) is JsonObject body && body["error"] is JsonObject inner ? inner : null;
            return (Text(error?["message"]), Text(error?["code"]), Text(error?["trace_id"]));
        }
        catch (JsonException)
        {
            // Something between us and the gateway answered.
            return (text.Length is > 0 and <= MaxErrorCharacters ? text.Trim() : null, null, null);
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
