namespace Aspire.Hosting.Docker.Resources.ServiceNodes;

/// <summary>A config of the file, inside a service.</summary>
public sealed class ConfigReference
{
    public string? Source { get; set; }

    public string? Target { get; set; }

    public string? Uid { get; set; }

    public string? Gid { get; set; }

    public UnixFileMode? Mode { get; set; }
}

/// <summary>A secret of the file, inside a service.</summary>
public sealed class SecretReference
{
    public string? Source { get; set; }

    public string? Target { get; set; }

    public int? Uid { get; set; }

    public int? Gid { get; set; }

    public int? Mode { get; set; }
}
