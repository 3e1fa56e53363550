using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Docker.Writing;

namespace Aspire.Hosting.Docker.Resources;

/// <summary>A whole Compose file.</summary>
public sealed class ComposeFile
{
    public string? Name { get; set; }

    public string? Version { get; set; }

    public Dictionary<string, Service> Services { get; set; } = [];

    public Dictionary<string, Network> Networks { get; set; } = [];

    public Dictionary<string, Volume> Volumes { get; set; } = [];

    public Dictionary<string, Secret> Secrets { get; set; } = [];

    public Dictionary<string, Config> Configs { get; set; } = [];

    public Dictionary<string, object> Extensions { get; set; } = [];

    public ComposeFile AddNetwork(Network network)
    {
        Networks[network.Name] = network;
        return this;
    }

    public ComposeFile AddService(Service service)
    {
        Services[service.Name] = service;
        return this;
    }

    public ComposeFile AddVolume(Volume volume)
    {
        Volumes[volume.Name] = volume;
        return this;
    }

    public ComposeFile AddConfig(Config config)
    {
        Configs[config.Name] = config;
        return this;
    }

    public string ToYaml(string lineEndings = "\n") => ComposeYaml.Write(this, lineEndings);
}
