namespace Aspire.Hosting.Docker.Resources.ComposeNodes;

public sealed class Config : NamedComposeMember
{
    public string? File { get; set; }

    public bool? External { get; set; }

    public string? Content { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];
}
