using GenAI.Testing;
using Microsoft.AspNetCore.Builder;

namespace GenAI.ModelServer.Tests;

/// <summary>The whole server on a free port, its folders temporary.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private RunningServer(string dialect, string[] settings)
    {
        _app = ModelServerApp.Create(
        [
            "--model", "test-model", "--dialect", dialect, "--urls", "http://127.0.0.1:0", "--folder", _folder.Path,
            "--ModelServer:Models:LoadTime", "00:00:00.001",
            "--ModelServer:Jobs:DrainTime", "00:00:00",
            "--ModelServer:Sockets:PreviewInterval", "00:00:00",
            "--Logging:LogLevel:Default", "Warning",
            .. settings,
        ]);
    }

    /// <summary>Makes every job that loads a checkpoint wait, without work, until it is stopped.</summary>
    public static string[] EndlessLoading { get; } = ["--ModelServer:Models:LoadTime", "01:00:00"];

    /// <summary>Waits for "100 Continue" when it announces a body, however busy the machine, and so never sends what is refused.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });

    public string Folder => _folder.Path;

    public Uri Address => Http.BaseAddress!;

    public WebApplication App => _app;

    public static Task<RunningServer> ComfyUIAsync(params string[] settings) => StartAsync(Dialects.ComfyUI, settings);

    public static Task<RunningServer> StableDiffusionAsync(params string[] settings) => StartAsync(Dialects.StableDiffusion, settings);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<RunningServer> StartAsync(string dialect, string[] settings)
    {
        var server = new RunningServer(dialect, settings);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Http.BaseAddress = new Uri(server._app.Urls.Single() + "/");
        return server;
    }
}
