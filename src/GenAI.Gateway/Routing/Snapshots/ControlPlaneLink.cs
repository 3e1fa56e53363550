namespace GenAI.Gateway.Routing.Snapshots;

/// <summary>Whether the control plane is being heard; written by <see cref="SnapshotLoop"/>, read by the health check.</summary>
internal sealed class ControlPlaneLink
{
    private volatile bool _isUp;

    public bool IsUp
    {
        get => _isUp;
        set => _isUp = value;
    }
}
