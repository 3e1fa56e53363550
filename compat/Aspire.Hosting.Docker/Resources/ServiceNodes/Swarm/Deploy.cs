namespace Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm;

/// <summary>How many replicas run where, and how they are replaced.</summary>
public sealed class Deploy
{
    public int? Replicas { get; set; }

    public string? Mode { get; set; }

    public Resources? Resources { get; set; }

    public Placement? Placement { get; set; }

    public UpdateConfig? UpdateConfig { get; set; }

    public RestartPolicy? RestartPolicy { get; set; }

    public LabelSpecs? Labels { get; set; }
}

public sealed class LabelSpecs : Dictionary<string, string>;

public sealed class Placement
{
    public List<string>? Constraints { get; set; }

    public List<Dictionary<string, string>>? Preferences { get; set; }
}

public sealed class Resources
{
    public ResourceSpec? Limits { get; set; }

    public ResourceSpec? Reservations { get; set; }
}

public sealed class ResourceSpec
{
    /// <summary>A decimal number of cores, such as <c>0.50</c>.</summary>
    public string? Cpus { get; set; }

    /// <summary>With its unit, such as <c>512M</c>.</summary>
    public string? Memory { get; set; }
}

public sealed class RestartPolicy
{
    public string? Condition { get; set; }

    public string? Delay { get; set; }

    public int? MaxAttempts { get; set; }

    public string? Window { get; set; }
}

public sealed class UpdateConfig
{
    public int? Parallelism { get; set; }

    public string? Delay { get; set; }

    public string? FailureAction { get; set; }

    public string? Monitor { get; set; }

    public string? MaxFailureRatio { get; set; }

    public string? Order { get; set; }
}
