using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using GenAI.Contracts.Instances;

namespace GenAI.Orchestrator.Health;

/// <summary>
/// The HTTP of all probes. It has none of the resilience of the service's other clients: a retried probe would hide the very
/// failures that it is there to see, and an open circuit would hide the recovery.
/// </summary>
internal sealed class ProbeClient : IDisposable
{
    /// <summary>An instance's statistics are a few kilobytes; more than this is not one.</summary>
    public const int MaxAnswerBytes = 256 * 1024;

    private readonly HttpClient _http;

    public ProbeClient()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            // Long enough to keep one connection between two probes, short enough to follow a name that moved.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = 4,
            // A trace every few seconds for each instance would bury all others.
            ActivityHeadersPropagator = null,
        };
        _http = new HttpClient(handler)
        {
            MaxResponseContentBufferSize = MaxAnswerBytes,
            // Each probe brings its own timeout, with the token.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("GenAI-Orchestrator", "1"));
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <summary>GETs <paramref name="path"/> below the endpoint and reads its JSON.</summary>
    public async Task<T> GetJsonAsync<T>(Uri endpoint, string path, CancellationToken cancellationToken) where T : class
    {
        using var response = await _http.GetAsync(endpoint.At(path), cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new ProbeException(ProbeFailure.Status, $"{path} answered {(int)response.StatusCode}");

        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return JsonSerializer.Deserialize<T>(body, JsonSerializerOptions.Web)
            ?? throw new ProbeException(ProbeFailure.Body, $"{path} answered JSON null");
    }

    public void Dispose() => _http.Dispose();
}
