namespace Aspire.Hosting.Docker.Resources.ServiceNodes;

public sealed class Logging
{
    public string? Driver { get; set; }

    public Dictionary<string, string> Options { get; set; } = [];
}
