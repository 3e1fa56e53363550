using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace GenAI.LoadTest.Driving;

/// <summary>A client of <c>POST /generate</c>.</summary>
internal sealed class GenerateClient(HttpClient http) : IDisposable
{
    /// <summary>Returns when the picture is there.</summary>
    public async Task SendAsync(JsonObject body, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body);
        using var response = await http.PostAsync("generate", content, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode || !text.Contains("\"images\"", StringComparison.Ordinal))
            throw new LoadTestException($"{http.BaseAddress} answered with {(int)response.StatusCode}: {(text.Length > 300 ? text[..300] : text)}");
    }

    public void Dispose() => http.Dispose();

    /// <summary>A client that goes to a proxy, without a key.</summary>
    public static GenerateClient To(Uri address) =>
        new(new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan });
}
