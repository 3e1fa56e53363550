namespace Aspire.Hosting.Docker.Resources.ServiceNodes;

/// <summary>Addresses of a network.</summary>
public sealed class Ipam
{
    public string? Driver { get; set; }

    public List<Dictionary<string, string>> Config { get; set; } = [];

    public Dictionary<string, string> Options { get; set; } = [];
}
