using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using GenAI.Contracts.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>A control plane that says what the test tells it to.</summary>
internal sealed class FakeOrchestrator : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<Channel<InstanceSnapshot>, bool> _watchers = new();
    private LocalServer? _server;
    private int _port;

    private FakeOrchestrator(InstanceSnapshot snapshot) => Current = snapshot;

    public InstanceSnapshot Current { get; private set; }

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>The Last-Event-ID of each watch that was begun; "" where there was none.</summary>
    public ConcurrentQueue<string> Watches { get; } = new();

    public static async Task<FakeOrchestrator> StartAsync(InstanceSnapshot snapshot, CancellationToken cancellationToken)
    {
        var orchestrator = new FakeOrchestrator(snapshot);
        await orchestrator.StartAgainAsync(cancellationToken);
        return orchestrator;
    }

    /// <summary>Listens again where it did before <see cref="DisposeAsync"/>.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        _server = await LocalServer.StartAsync(Map, cancellationToken, _port);
        _port = _server.Address.Port;
    }

    public void Publish(InstanceSnapshot snapshot)
    {
        Current = snapshot;
        foreach (var watcher in _watchers.Keys) watcher.Writer.TryWrite(snapshot);
    }

    /// <summary>As <see cref="Publish"/>, but those who watch do not hear of it.</summary>
    public void PublishUnheard(InstanceSnapshot snapshot) => Current = snapshot;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Map(WebApplication app)
    {
        app.Map("/instances", branch => branch.Run(context => context.Request.Path.Value switch
        {
            "/watch" => WatchAsync(context),
            _ => context.Response.WriteAsJsonAsync(Current, Json, context.RequestAborted),
        }));
    }

    private async Task WatchAsync(HttpContext context)
    {
        var last = context.Request.Headers["Last-Event-ID"].ToString();
        Watches.Enqueue(last);
        var channel = Channel.CreateUnbounded<InstanceSnapshot>();
        _watchers.TryAdd(channel, true);
        try
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.StartAsync(context.RequestAborted);
            if (last != Current.Version.ToString()) channel.Writer.TryWrite(Current);
            await foreach (var snapshot in channel.Reader.ReadAllAsync(context.RequestAborted))
            {
                var data = JsonSerializer.Serialize(snapshot, Json);
                await context.Response.WriteAsync($"id: {snapshot.Version}\nevent: snapshot\ndata: {data}\n\n", context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher went away.
        }
        finally
        {
            _watchers.TryRemove(channel, out _);
        }
    }
}
