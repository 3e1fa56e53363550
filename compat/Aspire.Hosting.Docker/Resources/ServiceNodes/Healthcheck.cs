namespace Aspire.Hosting.Docker.Resources.ServiceNodes;

/// <summary>Times are Compose's: <c>30s</c>, <c>1m30s</c>.</summary>
public sealed class Healthcheck
{
    public List<string> Test { get; set; } = [];

    public required string Interval { get; set; }

    public required string Timeout { get; set; }

    public int? Retries { get; set; }

    public required string StartPeriod { get; set; }
}
