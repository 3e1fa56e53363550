namespace Aspire.Hosting.Running;

/// <summary>What <c>inspect</c> says of a container; the names are the engine's.</summary>
internal sealed record ContainerStatus(
    string Id,
    string Image,
    ContainerState State,
    IReadOnlyDictionary<string, string>? Labels,
    IReadOnlyDictionary<string, IReadOnlyList<PublishedPort>?>? Ports)
{
    public string? Label(string name) => Labels is not null && Labels.TryGetValue(name, out var value) ? value : null;

    /// <summary>The port of this machine that the engine gave a container's TCP port; null when it is not published.</summary>
    public int? HostPortOf(int containerPort)
        => Ports is not null && Ports.TryGetValue($"{containerPort}/tcp", out var published) && published is [{ HostPort: var port }, ..]
            ? int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)
            : null;
}

internal sealed record ContainerState(string Status, bool Running, bool Restarting, bool OOMKilled, int ExitCode, string? Error);

internal sealed record PublishedPort(string? HostIp, string HostPort);
