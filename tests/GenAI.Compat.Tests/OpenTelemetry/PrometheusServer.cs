using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using GenAI.Testing;

namespace GenAI.Compat.Tests.OpenTelemetry;

/// <summary>A real Prometheus on a free port of the loopback interface, with its data in a temporary folder.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;
    private readonly HttpClient _client;

    private PrometheusServer(string program, string scrapeConfigs)
    {
        File.WriteAllText(
            _folder.Combine("prometheus.yml"), $"global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\nscrape_configs:\n{scrapeConfigs}");
        var address = $"127.0.0.1:{FreePorts.Take(1)[0]}";
        _client = new HttpClient { BaseAddress = new Uri($"http://{address}/api/v1/") };
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program)
            {
                ArgumentList =
                {
                    $"--config.file={_folder.Combine("prometheus.yml")}",
                    $"--storage.tsdb.path={_folder.Combine("data")}",
                    $"--web.listen-address={address}",
                    "--enable-feature=exemplar-storage",
                },
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            },
        };
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <param name="scrapeConfigs">The items of <c>scrape_configs</c>, indented by two spaces.</param>
    public static PrometheusServer Start(string scrapeConfigs) => new(Requires.Program("prometheus"), scrapeConfigs);

    /// <summary>The values of an instant query, once there are any.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string query)
    {
        var values = new List<string>();
        await Eventually.TrueAsync(
            async () =>
            {
                if (await GetAsync($"query?query={Uri.EscapeDataString(query)}") is { } data)
                    values.AddRange(data.GetProperty("result").EnumerateArray().Select(series => series.GetProperty("value")[1].GetString()!));
                return values.Count > 0;
            },
            TestContext.Current.CancellationToken,
            what: $"{query} has a value");
        return values;
    }

    /// <summary>The data of an API call; null while the server is not ready.</summary>
    public async Task<JsonElement?> GetAsync(string path)
    {
        Assert.False(_process.HasExited, $"Prometheus ended:\n{string.Join('\n', _log)}");
        try
        {
            using var response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                return null;

            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, body);
            return JsonDocument.Parse(body).RootElement.GetProperty("data");
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }
}
