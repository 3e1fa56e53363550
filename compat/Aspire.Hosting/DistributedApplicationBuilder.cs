using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>A generic host (appsettings.json, environment, command line, user secrets) with a collection of resources.</summary>
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> CommandLineNames = new()
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--output-path"] = "Publishing:OutputPath",
        ["--step"] = "Pipeline:Step",
    };

    private readonly HostApplicationBuilder _host;
    private readonly DistributedApplicationExecutionContextOptions _executionContextOptions;

    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args ?? throw new ArgumentNullException(nameof(args)) })
    {
    }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        var settings = new HostApplicationBuilderSettings { Args = options.Args, Configuration = new ConfigurationManager() };
        settings.Configuration.AddEnvironmentVariables(prefix: "ASPIRE_");
        BuilderObserver.Current?.OnConstructing(options, settings);

        AppHostAssembly = options.AppHostAssembly;
        settings.ContentRootPath ??= Directory.Exists(options.ProjectDirectory) ? options.ProjectDirectory : null;
        _host = new HostApplicationBuilder(settings);
        _host.Configuration.AddCommandLine(options.Args ?? [], CommandLineNames);

        AppHostDirectory = options.ProjectDirectory ?? _host.Environment.ContentRootPath;
        _host.Configuration["AppHost:Directory"] = AppHostDirectory;
        _executionContextOptions = Operation(_host.Configuration);
        ExecutionContext = new DistributedApplicationExecutionContext(_executionContextOptions);

        _host.Services.AddSingleton(ExecutionContext);
        _host.Services.AddSingleton(_ => new DistributedApplicationModel(Resources));
        _host.Services.AddSingleton(Eventing);
        HostingServices.Add(_host, options, ExecutionContext);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new DistributedApplicationResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        BuilderObserver.Current?.OnBuilding(this);
        var application = new DistributedApplication(_host.Build());
        _executionContextOptions.Services = application.Services;
        BuilderObserver.Current?.OnBuilt(application);
        return application;
    }

    private static DistributedApplicationExecutionContextOptions Operation(ConfigurationManager configuration)
    {
        var publisher = configuration["Publishing:Publisher"];
        var operation = configuration["AppHost:Operation"];
        var publishes = operation is null
            ? publisher is not null
            : Enum.TryParse<DistributedApplicationOperation>(operation, ignoreCase: true, out var parsed)
                ? parsed == DistributedApplicationOperation.Publish
                : throw new DistributedApplicationException($"Invalid operation '{operation}'. Valid operations are: run, publish.");
        return publishes
            ? new(DistributedApplicationOperation.Publish, publisher ?? "manifest")
            : new(DistributedApplicationOperation.Run);
    }
}
