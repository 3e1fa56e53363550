namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>What a tenant had of the fleet lately.</summary>
internal sealed class Tenant(string name)
{
    public string Name { get; } = name;

    public double Weight { get; set; } = 1;

    public int Waiting { get; set; }

    /// <summary>Whether its jobs stand back for those of other tenants.</summary>
    public bool OverShare { get; set; }

    public DecayingSum Work;
}
