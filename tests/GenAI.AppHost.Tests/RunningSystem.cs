using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using GenAI.Testing;

namespace GenAI.AppHost.Tests;

/// <summary>The whole of GenAI with real processes, on free ports and with a data folder of its own.</summary>
public sealed class RunningSystem : IAsyncDisposable
{
    private readonly TemporaryFolder _data;

    private RunningSystem(DistributedApplication app, TemporaryFolder data) => (App, _data) = (app, data);

    public DistributedApplication App { get; }

    public static async Task<RunningSystem> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        var data = new TemporaryFolder();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.GenAI_AppHost>(
            ["--GENAI_ENVIRONMENT=testing", $"--GenAI:DataDirectory={data.Path}", .. settings], cancellationToken);
        var app = await builder.BuildAsync(cancellationToken);
        var system = new RunningSystem(app, data);
        try
        {
            await app.StartAsync(cancellationToken);
            foreach (var resource in builder.Resources.Where(resource => resource is IResourceWithEndpoints))
                await app.ResourceNotifications.WaitForResourceHealthyAsync(resource.Name, cancellationToken);
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
        await App.DisposeAsync();
        _data.Dispose();
    }
}
