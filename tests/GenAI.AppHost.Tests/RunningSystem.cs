using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GenAI.AppHost.Tests;

/// <summary>The whole of GenAI with real processes, on free ports and with a data folder of its own.</summary>
public sealed class RunningSystem : IAsyncDisposable
{
    private readonly TemporaryFolder _data = new();
    private IDistributedApplicationTestingBuilder? _builder;
    private DistributedApplication? _app;

    private RunningSystem()
    {
    }

    public DistributedApplication App => _app ?? throw new InvalidOperationException("The application has not been built.");

    public static Task<RunningSystem> StartAsync(CancellationToken cancellationToken, params string[] settings)
        => StartAsync(dashboardLog: null, cancellationToken, settings);

    /// <param name="dashboardLog">Where the AppHost says where its dashboard is; without it there is no dashboard.</param>
    public static async Task<RunningSystem> StartAsync(ILoggerProvider? dashboardLog, CancellationToken cancellationToken, params string[] settings)
    {
        var system = new RunningSystem();
        try
        {
            await system.StartAsync(dashboardLog, settings, cancellationToken);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of the gateway's port for everything.</summary>
    public HttpClient Gateway() => App.CreateHttpClient("gateway", "all");

    /// <summary>A client of the gateway's port that is rooted at one model: <c>flux</c>, <c>sd35</c> or <c>comfyui</c>.</summary>
    public HttpClient ModelPort(string endpointName) => App.CreateHttpClient("gateway", endpointName);

    public HttpClient Orchestrator() => App.CreateHttpClient("orchestrator", "api");

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (_builder is not null) await _builder.DisposeAsync();
        _data.Dispose();
    }

    private async Task StartAsync(ILoggerProvider? dashboardLog, string[] settings, CancellationToken cancellationToken)
    {
        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.GenAI_AppHost>(
            ["--GENAI_ENVIRONMENT=testing", $"--GenAI:DataDirectory={_data.Path}", .. settings],
            (options, _) => options.DisableDashboard = dashboardLog is null,
            cancellationToken);
        if (dashboardLog is not null) _builder.Services.AddSingleton(dashboardLog);
        _app = await _builder.BuildAsync(cancellationToken);
        await _app.StartAsync(cancellationToken);
        foreach (var resource in _builder.Resources.Where(resource => resource is IResourceWithEndpoints))
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource.Name, cancellationToken);
    }
}
