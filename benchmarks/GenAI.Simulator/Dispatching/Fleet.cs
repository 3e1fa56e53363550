namespace GenAI.Simulator.Dispatching;

/// <summary>The instances and the time, as every policy may see them.</summary>
internal sealed class Fleet(IReadOnlyList<SimInstance> instances)
{
    public IReadOnlyList<SimInstance> Instances { get; } = instances;

    public double Now { get; set; }

    public bool AnyFree()
    {
        foreach (var instance in Instances)
        {
            if (instance.Free) return true;
        }

        return false;
    }
}
