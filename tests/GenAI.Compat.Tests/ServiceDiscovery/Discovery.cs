using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace GenAI.Compat.Tests.ServiceDiscovery;

/// <summary>A container with service discovery over a configuration that a test can change.</summary>
internal sealed class Discovery : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IConfigurationRoot _configuration;

    public Discovery(Dictionary<string, string?> settings, Action<IServiceCollection>? configure = null)
    {
        _configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(_configuration);
        services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => Sent).AddServiceDiscovery();
        services.AddServiceDiscovery();
        configure?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public RecordingHandler Sent { get; } = new();

    public ServiceEndpointResolver Resolver => _services.GetRequiredService<ServiceEndpointResolver>();

    public HttpClient CreateClient() => _services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

    public void Change(string key, string? value)
    {
        _configuration[key] = value;
        _configuration.Reload();
    }

    public async Task<string[]> ResolveAsync(string name)
    {
        var source = await Resolver.GetEndpointsAsync(name, TestContext.Current.CancellationToken);
        return [.. source.Endpoints.Select(endpoint => endpoint.ToString()!)];
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Answers 200 and keeps where each request went.</summary>
internal sealed class RecordingHandler : HttpMessageHandler
{
    public List<Uri> Uris { get; } = [];

    public List<string?> Hosts { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uris.Add(request.RequestUri!);
        Hosts.Add(request.Headers.Host);
        return Task.FromResult(new HttpResponseMessage { RequestMessage = request });
    }
}
