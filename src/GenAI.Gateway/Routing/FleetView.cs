using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Contracts.Models;
using GenAI.Gateway.Routing.Tracks;

namespace GenAI.Gateway.Routing;

/// <summary>
/// A snapshot as the gateway uses it: by model and by instance. Immutable; readers take one and keep it for the request.
/// </summary>
internal sealed class FleetView
{
    private readonly FrozenDictionary<string, FleetModel> _models;
    private readonly FrozenDictionary<string, Instance> _instances;

    private FleetView(InstanceSnapshot snapshot, ImmutableArray<FleetModel> models)
    {
        Snapshot = snapshot;
        Models = models;
        // Addresses are matched without regard to case, so a model's name is too.
        _models = models.ToFrozenDictionary(model => model.Name, StringComparer.OrdinalIgnoreCase);
        _instances = snapshot.Instances.ToFrozenDictionary(instance => instance.Id, StringComparer.Ordinal);
    }

    public InstanceSnapshot Snapshot { get; }

    /// <summary>Every model of the catalogue, with or without instances, and then those that only the snapshot knows; each part by name.</summary>
    public ImmutableArray<FleetModel> Models { get; }

    public static FleetView Of(ModelCatalog catalog, InstanceSnapshot snapshot)
    {
        var byModel = snapshot.Instances.ToLookup(instance => instance.Model, StringComparer.Ordinal);
        var traffic = snapshot.Traffic.ToDictionary(rule => rule.Model, StringComparer.Ordinal);
        var declared = catalog.Models.Select(model => Model(model.Name, model.Dialect, model));
        var discovered = byModel
            .Where(group => !catalog.TryGet(group.Key, out _))
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Model(group.Key, group.First().Dialect, definition: null));
        return new FleetView(snapshot, [.. declared, .. discovered]);

        FleetModel Model(string name, ModelDialect dialect, ModelDefinition? definition)
        {
            ImmutableArray<Instance> instances = [.. byModel[name]];
            return new FleetModel(name, dialect, definition, instances, TrackPlan.Of(name, traffic.GetValueOrDefault(name), instances));
        }
    }

    public bool TryGetModel(string name, [NotNullWhen(true)] out FleetModel? model) => _models.TryGetValue(name, out model);

    public bool TryGetModel(ReadOnlySpan<char> name, [NotNullWhen(true)] out FleetModel? model) =>
        _models.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out model);

    public bool TryGetInstance(string id, [NotNullWhen(true)] out Instance? instance) => _instances.TryGetValue(id, out instance);

    /// <summary>For messages: <c>comfyui-workflows, flux-1-dev, stable-diffusion-35</c>.</summary>
    public string ModelNames() => string.Join(", ", Models.Select(model => model.Name));
}
