using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>The part of a testing builder that is the builder's own.</summary>
internal abstract class TestingBuilder(DistributedApplicationBuilder inner) : IDistributedApplicationTestingBuilder
{
    public ConfigurationManager Configuration => inner.Configuration;

    public string AppHostDirectory => inner.AppHostDirectory;

    public Assembly? AppHostAssembly => inner.AppHostAssembly;

    public IHostEnvironment Environment => inner.Environment;

    public IServiceCollection Services => inner.Services;

    public IDistributedApplicationEventing Eventing => inner.Eventing;

    public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

    public IResourceCollection Resources => inner.Resources;

    protected DistributedApplicationBuilder Inner => inner;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
        => inner.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource
        => inner.CreateResourceBuilder(resource);

    public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

    public abstract Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);

    public abstract ValueTask DisposeAsync();

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}

/// <summary>The builder of an AppHost that is held at its Build.</summary>
internal sealed class AppHostTestingBuilder(AppHostRun run, DistributedApplicationBuilder inner) : TestingBuilder(inner)
{
    public override async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default)
        => new AppHostApplication(run, await run.BuildAsync(cancellationToken));

    public override ValueTask DisposeAsync() => run.DisposeAsync();
}

/// <summary>A builder of the test's own.</summary>
internal sealed class PlainTestingBuilder(DistributedApplicationBuilder inner) : TestingBuilder(inner)
{
    private DistributedApplication? _application;
    private IHostApplicationLifetime? _lifetime;

    public override Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default)
    {
        _application = Inner.Build();
        _lifetime = _application.Services.GetRequiredService<IHostApplicationLifetime>();
        return Task.FromResult(_application);
    }

    public override async ValueTask DisposeAsync()
    {
        // First of all, so that the host does not take the end of its background services for their failure.
        _lifetime?.StopApplication();
        if (_application is not null)
            await _application.DisposeAsync();
    }
}
