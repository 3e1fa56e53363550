using GenAI.Contracts.Resources;

namespace GenAI.Orchestrator.Resources;

/// <summary>Where the last sample is found.</summary>
internal sealed class ResourceBoard
{
    private volatile HostResources? _latest;

    /// <summary>Null until the first sample.</summary>
    public HostResources? Latest
    {
        get => _latest;
        set => _latest = value;
    }
}
