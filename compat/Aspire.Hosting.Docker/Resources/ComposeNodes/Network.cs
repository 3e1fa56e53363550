using Aspire.Hosting.Docker.Resources.ServiceNodes;

namespace Aspire.Hosting.Docker.Resources.ComposeNodes;

public sealed class Network : NamedComposeMember
{
    public string? Driver { get; set; }

    public Dictionary<string, string> DriverOpts { get; set; } = [];

    public bool? External { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];

    public Ipam? Ipam { get; set; }

    public bool? Attachable { get; set; }

    public bool? Ingress { get; set; }

    public bool? Internal { get; set; }
}
