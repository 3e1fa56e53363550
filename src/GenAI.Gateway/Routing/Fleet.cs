using GenAI.Contracts.Instances;
using GenAI.Contracts.Models;

namespace GenAI.Gateway.Routing;

/// <summary>
/// The one place that holds what the gateway knows of the instances: one volatile view, swapped whole.
/// It begins with the addresses that service discovery gives, so that the gateway works before it has heard of the orchestrator.
/// </summary>
internal sealed class Fleet(ModelCatalog catalog)
{
    private volatile FleetView _current = FleetView.Of(catalog, DiscoveredInstances.From(catalog));

    /// <summary>Raised after <see cref="Current"/> has changed, on the thread that changed it.</summary>
    public event EventHandler? Changed;

    public FleetView Current => _current;

    /// <summary>Called by one writer, the snapshot loop.</summary>
    public void Accept(InstanceSnapshot snapshot)
    {
        _current = FleetView.Of(catalog, snapshot);
        Changed?.Invoke(this, EventArgs.Empty);
    }
}
