using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GenAI.Orchestrator.Tests;

/// <summary>A real HTTP server on a free port that answers as it is told, and counts its requests by path.</summary>
internal sealed class FakeModelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<string> _paths = [];

    private FakeModelServer(WebApplication app) => _app = app;

    /// <summary>What it does with a request; by default it is one of our own, with both dialects.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = OursAsync;

    public Uri Endpoint { get; private set; } = new("http://unset");

    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_lock) return [.. _paths];
        }
    }

    public static async Task<FakeModelServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var server = new FakeModelServer(app);
        app.Run(context =>
        {
            lock (server._lock) server._paths.Add(context.Request.Path);
            return server.Answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        server.Endpoint = new Uri(app.Urls.Single());
        return server;
    }

    /// <summary>An answer with a body of JSON.</summary>
    public static Func<HttpContext, Task> Json(string body, int status = 200) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    };

    /// <summary>Ends at once, as a process that is killed does: connections are cut, and the port is closed.</summary>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static Task OursAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/system_stats" => Json(
            """
            {"system":{"comfyui_version":"0.3.40"},"devices":[],
             "genai":{"model":"flux-1-dev","version":"0.1.0","engine":"embedded-analytic","neural_network":false,
                      "loaded":["flux1-dev.safetensors"],"queue_running":1,"queue_pending":2,"load_score":0.5}}
            """)(context),
        "/health" => Json(
            """{"status":"ok","model":"stable-diffusion-35","load_score":0.25,"queue_length":1,"version":"0.1.0","loaded":["sd3.5_large.safetensors"]}""")(context),
        _ => Json("{}", 404)(context),
    };
}
