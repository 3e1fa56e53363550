namespace Aspire.Hosting.Docker.Resources.ServiceNodes;

public sealed class Build
{
    public string? Context { get; set; }

    public string? Dockerfile { get; set; }

    public Dictionary<string, string> Args { get; set; } = [];

    public string? Target { get; set; }

    public List<string> CacheFrom { get; set; } = [];

    public Dictionary<string, string> Labels { get; set; } = [];
}
