using GenAI.Contracts.Instances;
using GenAI.Contracts.Models;

namespace GenAI.Gateway.Routing;

/// <summary>
/// The instances that configuration names, taken as healthy because nobody has said otherwise: what the gateway goes by
/// until the orchestrator's first snapshot. Passive ejection finds out those that are not.
/// </summary>
internal static class DiscoveredInstances
{
    public static InstanceSnapshot From(ModelCatalog catalog) => new(0, [.. catalog.Models.SelectMany(Instances)])
    {
        Traffic = [.. catalog.Models.Select(model => model.Traffic).OfType<ModelTraffic>()],
    };

    private static IEnumerable<Instance> Instances(ModelDefinition model) =>
        model.Endpoints.Select((endpoint, index) => new Instance
        {
            Id = model.InstanceId(index),
            Model = model.Name,
            Dialect = model.Dialect,
            Endpoint = endpoint,
            Track = model.TrackOf(endpoint),
            State = InstanceState.Healthy,
            Reason = "From service discovery; the orchestrator has not been heard of yet.",
        });
}
