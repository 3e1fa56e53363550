using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.Chaos;

/// <summary>
/// A client of ComfyUI that does not give up: it posts again what was not answered, under the same id, and comes back under its client id
/// when its socket breaks off. It has a few jobs open at a time.
/// </summary>
/// <param name="number">From 0; it tells the clients' pictures apart.</param>
internal sealed class ChaosClient(Uri root, int number, bool supportsPreviewMetadata) : IDisposable
{
    private const int MostOpen = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string _name = $"client-{number}";
    private readonly ConcurrentDictionary<string, ChaosJob> _jobs = new();
    private readonly SemaphoreSlim _places = new(MostOpen);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = root, Timeout = TimeSpan.FromSeconds(30) };
    private int _seen;

    public IEnumerable<ChaosJob> Jobs => _jobs.Values;

    /// <summary>Of how many jobs it has heard that they are over.</summary>
    public int Over => Volatile.Read(ref _seen);

    public int Connections { get; private set; }

    /// <summary>How often it posted again what was not answered.</summary>
    public int Repeats { get; private set; }

    /// <summary>Returns when it has seen the result of every job on its socket.</summary>
    public async Task RunAsync(int count, int steps, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listening = ListenAsync(over.Token);
        try
        {
            var working = WorkAsync(count, steps, over.Token);
            await await Task.WhenAny(working, listening);
            await working;
        }
        finally
        {
            await over.CancelAsync();
            await listening;
        }
    }

    /// <summary>The history has the job as completed, with the one picture that its socket told of, and <c>/view</c> gives it.</summary>
    /// <returns>The picture's SHA-256.</returns>
    public async Task<string> CheckAsync(ChaosJob job, CancellationToken cancellationToken)
    {
        var history = (await _http.GetFromJsonAsync<JsonObject>($"history/{job.Id}", cancellationToken))!;
        var entry = Assert.Single(history).Value!;
        Assert.True((bool)entry["status"]!["completed"]!, entry.ToJsonString());
        var image = Assert.Single(entry["outputs"]!.AsObject().SelectMany(node => node.Value!["images"]!.AsArray()))!;
        Assert.Equal(job.Files[^1], image["filename"]!.ToString());
        var bytes = await _http.GetByteArrayAsync($"view?filename={image["filename"]}&subfolder={image["subfolder"]}&type={image["type"]}", cancellationToken);
        Assert.True(bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']), $"{job} gave no PNG.");
        return Convert.ToHexString(SHA256.HashData(bytes));
    }

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    private async Task WorkAsync(int count, int steps, CancellationToken cancellationToken)
    {
        await _connected.Task.WaitAsync(cancellationToken);
        for (var i = 0; i < count; i++)
        {
            await _places.WaitAsync(cancellationToken);
            var job = new ChaosJob($"{_name}-{i:D3}");
            _jobs[job.Id] = job;
            var graph = ComfyClient.Graph(seed: number * 1000L + i, steps: steps);
            graph["9"]!["inputs"]!["filename_prefix"] = job.Prefix;
            await SubmitAsync(job, graph, cancellationToken);
        }

        await Task.WhenAll(_jobs.Values.Select(job => job.Seen)).WaitAsync(cancellationToken);
    }

    private async Task SubmitAsync(ChaosJob job, JsonObject graph, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["prompt"] = graph, ["client_id"] = _name, ["prompt_id"] = job.Id };
        while (!await TrySubmitAsync(job, body, cancellationToken))
        {
            Repeats++;
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <returns>False when it is not known whether the job was taken, or it is to be tried again.</returns>
    private async Task<bool> TrySubmitAsync(ChaosJob job, JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "prompt") { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", job.Id } } };
            using var response = await _http.SendAsync(request, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests && response.Headers.RetryAfter is not null) return false;
            Assert.True(response.IsSuccessStatusCode, $"{job} was answered with {(int)response.StatusCode}: {answer}");
            Assert.Equal(job.Id, JsonNode.Parse(answer)!["prompt_id"]!.ToString());
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var socket = new ClientWebSocket();
                socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(5);
                await socket.ConnectAsync(new UriBuilder(new Uri(root, "ws")) { Scheme = "ws", Query = $"clientId={_name}" }.Uri, cancellationToken);
                if (supportsPreviewMetadata)
                    await socket.SendAsync("""{"type":"feature_flags","data":{"supports_preview_metadata":true}}"""u8.ToArray(), WebSocketMessageType.Text, true, cancellationToken);
                Connections++;
                _connected.TrySetResult();
                await ReceiveAsync(socket, cancellationToken);
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
            {
                // It comes back below, unless all is over.
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 20];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close) return;
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Text) Hear((JsonObject)JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, length))!);
        }
    }

    private void Hear(JsonObject message)
    {
        if (message["data"] is not JsonObject data || data["prompt_id"]?.ToString() is not { } id) return;
        Assert.True(_jobs.TryGetValue(id, out var job), $"{_name} is told of the job {id}, which is not its own.");
        if (!job.Hear(message["type"]!.ToString(), data)) return;
        Interlocked.Increment(ref _seen);
        _places.Release();
    }
}
