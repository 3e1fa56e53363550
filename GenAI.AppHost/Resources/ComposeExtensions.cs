using Aspire.Hosting.Docker;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm;

namespace GenAI.AppHost.Resources;

/// <summary>What the published Compose file says beyond the application model: networks, and how little each service may do.</summary>
internal static class ComposeExtensions
{
    private const string BackEnd = "genai-network";
    private const string Outside = "genai-outside";
    private const string Monitoring = "genai-monitoring";

    /// <summary>The back end, from which nothing leads outside; monitoring; and the outside, which the gateway alone is a member of.</summary>
    public static IResourceBuilder<DockerComposeEnvironmentResource> WithGenAINetworks(this IResourceBuilder<DockerComposeEnvironmentResource> compose) => compose
        .WithProperties(environment => environment.DefaultNetworkName = BackEnd)
        .WithDashboard(enabled: false)
        // It would be an entry without a type, which the manifest's schema does not allow.
        .ExcludeFromManifest()
        .ConfigureComposeFile(file =>
        {
            AddNetwork(file, BackEnd, subnet: "172.20.0.0/16").Internal = true;
            AddNetwork(file, Monitoring, subnet: "172.21.0.0/16");
            AddNetwork(file, Outside, subnet: null);
            foreach (var volume in file.Services.Values.SelectMany(service => service.Volumes).Where(volume => volume is { Type: "volume", Source: not null }))
                file.Volumes.TryAdd(volume.Source!, new Volume { Name = volume.Source!, Driver = "local" });
        });

    /// <summary>
    /// Tells a service by a variable where it keeps what outlives it: here in a folder of the data directory, published in a volume at the
    /// home of the user that it runs as, which is the one place of .NET's images that this user may write to.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithDataFolder(
        this IResourceBuilder<ProjectResource> service, string variable, params string[] path)
    {
        if (service.ApplicationBuilder.ExecutionContext.IsRunMode)
            return service.WithEnvironment(variable, service.ApplicationBuilder.DataDirectory(path));

        const string Home = "/home/app";
        var volume = $"{service.Resource.Name}-data";
        return service.WithEnvironment(variable, Home).PublishAsDockerComposeService((_, node) =>
            node.AddVolume(new Volume { Name = volume, Type = "volume", Source = volume, Target = Home }));
    }

    /// <summary>A service of ours in the Compose file: healthy by its own <c>/health</c>, and waiting for others to be healthy, not only started.</summary>
    public static IResourceBuilder<ProjectResource> Hardened(this IResourceBuilder<ProjectResource> service, bool reachableFromOutside = false) =>
        service.PublishAsDockerComposeService((_, node) =>
        {
            Harden(node);
            node.User = "app";
            node.Networks = reachableFromOutside ? [BackEnd, Outside] : [BackEnd];
            // Longer than it takes to finish what clients wait for; the engine's 10 s would cut that off.
            if (reachableFromOutside) node.StopGracePeriod = "60s";
            // Its ports are in HTTP_PORTS, the first of them the one for everything.
            node.Healthcheck = Probe("${HTTP_PORTS%%;*}", "/health");
            WaitForHealth(node);
        });

    /// <summary>A model server in the Compose file. Its GPU is reserved by <c>deploy/compose/gpu.yaml</c>, for which the file's nodes have no word.</summary>
    public static IResourceBuilder<ContainerResource> HardenedModel(
        this IResourceBuilder<ContainerResource> server, ModelDialect dialect, ResourceLimits limits) =>
        server.PublishAsDockerComposeService((_, node) =>
        {
            Harden(node);
            node.Deploy = new Deploy { Resources = new() { Limits = new ResourceSpec { Memory = limits.Memory, Cpus = limits.Cpus } } };
            // Loading a checkpoint takes minutes.
            node.Healthcheck = Probe($"{dialect.ContainerPort}", dialect.ReadinessPath, startPeriod: "5m");
        });

    /// <summary>A service of the monitoring network; one that reads the others' metrics is a member of the back end too.</summary>
    public static IResourceBuilder<ContainerResource> HardenedMonitor(
        this IResourceBuilder<ContainerResource> service, bool readsBackEnd, int port, string readinessPath) =>
        service.PublishAsDockerComposeService((_, node) =>
        {
            Harden(node);
            node.Networks = readsBackEnd ? [BackEnd, Monitoring] : [Monitoring];
            node.Healthcheck = new Healthcheck
            {
                Test = ["CMD", "wget", "-q", "-O", "-", $"http://127.0.0.1:{port}{readinessPath}"],
                Interval = "10s",
                Timeout = "5s",
                Retries = 3,
                StartPeriod = "30s",
            };
            WaitForHealth(node);
        });

    private static Network AddNetwork(Aspire.Hosting.Docker.Resources.ComposeFile file, string name, string? subnet)
    {
        var network = new Network { Name = name, Driver = "bridge" };
        if (subnet is not null) network.Ipam = new Ipam { Config = [new() { ["subnet"] = subnet }] };
        file.Networks[name] = network;
        return network;
    }

    private static void Harden(Service node)
    {
        node.ReadOnly = true;
        node.CapDrop = ["ALL"];
        node.SecurityOpt = ["no-new-privileges:true"];
        node.Tmpfs = ["/tmp:noexec,nosuid,size=256m"];
        node.Restart = "unless-stopped";
        node.Logging = new Logging { Driver = "json-file", Options = new() { ["max-size"] = "10m", ["max-file"] = "3" } };
    }

    private static void WaitForHealth(Service node)
    {
        foreach (var dependency in node.DependsOn.Values) dependency.Condition = "service_healthy";
    }

    // Through the shell's own sockets: the runtime images of .NET have neither curl nor wget. $$ is a $ for the container's shell.
    private static Healthcheck Probe(string port, string path, string startPeriod = "30s") => new()
    {
        Test =
        [
            "CMD", "bash", "-c",
            $"exec 3<>/dev/tcp/127.0.0.1/{port.Replace("$", "$$", StringComparison.Ordinal)} && printf 'GET {path} HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '",
        ],
        Interval = "10s",
        Timeout = "5s",
        Retries = 3,
        StartPeriod = startPeriod,
    };
}
