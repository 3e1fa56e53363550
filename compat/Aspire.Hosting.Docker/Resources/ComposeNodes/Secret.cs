namespace Aspire.Hosting.Docker.Resources.ComposeNodes;

public sealed class Secret
{
    public string? File { get; set; }

    public bool? External { get; set; }

    public string? Name { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];
}
