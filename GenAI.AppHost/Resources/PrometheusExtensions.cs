using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GenAI.AppHost.Resources;

/// <summary>Adds Prometheus where it can run: the setting <c>GenAI:Monitoring:Runtime</c>.</summary>
internal static class PrometheusExtensions
{
    private const string Setting = "GenAI:Monitoring:Runtime";

    /// <summary>
    /// <c>auto</c> (the default): a local <c>prometheus</c> from the PATH, or a line that says there is none. <c>local</c>: the same,
    /// but its absence is an error. <c>container</c>: a container, as always when published. <c>none</c>: no Prometheus. Nothing waits for it.
    /// </summary>
    public static Monitoring AddPrometheus(this IDistributedApplicationBuilder builder, string name, int port)
    {
        var monitoring = new Monitoring([], Container: null);
        switch (builder.Configuration[Setting]?.ToLowerInvariant())
        {
            case "none":
                return monitoring;
            case "container":
            case null or "" or "auto" when builder.ExecutionContext.IsPublishMode:
                return builder.AddPrometheusContainer(name, port);
            case null or "" or "auto" or "local" when ProgramOnPath.Find("prometheus") is { } program:
                builder.AddLocalPrometheus(name, port, program, monitoring);
                return monitoring;
            case null or "" or "auto":
                builder.SayThatThereIsNone(name);
                return monitoring;
            case "local":
                builder.NoteWrongSetting($"{Setting} is 'local', but there is no 'prometheus' on the PATH. Install it, or set {Setting} to auto or none.");
                return monitoring;
            case var other:
                builder.NoteWrongSetting($"{Setting} is '{other}'; expected auto, local, container or none.");
                return monitoring;
        }
    }

    private static void AddLocalPrometheus(this IDistributedApplicationBuilder builder, string name, int port, string program, Monitoring monitoring)
    {
        var data = builder.DataDirectory(name);
        var configuration = Path.Combine(data, "prometheus.yml");
        var prometheus = builder.AddExecutable(name, program, builder.AppHostDirectory).WithHttpEndpoint(port, name: "http");
        prometheus
            .WithArgs($"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(data, "tsdb")}", "--storage.tsdb.retention.time=15d", "--log.level=warn")
            .WithArgs(context => context.Args.Add(ReferenceExpression.Create($"--web.listen-address=127.0.0.1:{prometheus.GetEndpoint("http").Property(EndpointProperty.TargetPort)}")))
            .WithHttpHealthCheck("/-/ready", endpointName: "http");

        builder.Eventing.Subscribe<BeforeResourceStartedEvent>(prometheus.Resource, async (_, cancellationToken) =>
        {
            Directory.CreateDirectory(data);
            await File.WriteAllTextAsync(configuration, await PrometheusConfiguration.Of(monitoring.Targets).GetValueAsync(cancellationToken), cancellationToken);
        });
    }

    /// <summary>The container is handed its configuration in a variable, since only its network knows where the targets lie.</summary>
    private static Monitoring AddPrometheusContainer(this IDistributedApplicationBuilder builder, string name, int port)
    {
        const string Configuration = "PROMETHEUS_CONFIGURATION";
        const string File = "/tmp/prometheus.yml";
        var targets = new List<ScrapeTarget>();
        var prometheus = builder.AddContainer(name, "docker.io/prom/prometheus", "v2.53.3")
            .WithHttpEndpoint(port, targetPort: 9090, name: "http")
            .WithHttpHealthCheck("/-/ready", endpointName: "http")
            .WithEnvironment(context => context.EnvironmentVariables[Configuration] = PrometheusConfiguration.Of(targets))
            .WithEntrypoint("/bin/sh")
            .WithArgs(
                "-c",
                $"printf %s \"${Configuration}\" > {File} && exec /bin/prometheus --config.file={File} --storage.tsdb.path=/prometheus "
                + "--storage.tsdb.retention.time=15d --log.level=warn")
            .WithVolume("prometheus-data", "/prometheus")
            .HardenedMonitor(readsBackEnd: true, port: 9090, "/-/ready");
        return new Monitoring(targets, prometheus);
    }

    private static void SayThatThereIsNone(this IDistributedApplicationBuilder builder, string name) =>
        builder.Eventing.Subscribe<BeforeStartEvent>((@event, _) =>
        {
            @event.Services.GetRequiredService<ILoggerFactory>().CreateLogger("GenAI.AppHost")
                .LogInformation("{Resource} is left out: there is no '{Program}' on the PATH. Each service still answers /metrics.", name, "prometheus");
            return Task.CompletedTask;
        });
}
