using System.Collections.Immutable;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Contracts.Models;
using GenAI.Gateway.Routing.Tracks;

namespace GenAI.Gateway.Routing;

/// <summary>
/// One model with the instances that the gateway knows of it, whatever their state. It has no definition when the catalogue does not
/// have it and only the control plane knows it.
/// </summary>
internal sealed record FleetModel(string Name, ModelDialect Dialect, ModelDefinition? Definition, ImmutableArray<Instance> Instances, TrackPlan Tracks)
{
    /// <summary>The pattern of every path that is passed through to it.</summary>
    public string PassedPath { get; } = $"{ModelPaths.Prefix}/{Name}/{{**rest}}";

    /// <summary>Whether some instance takes requests of whoever is meant for the track; null: of whoever is meant for the active one.</summary>
    public bool Serves(string? track) => Instances.Any(instance =>
        instance.State.TakesRequests() && (!Tracks.IsSplit || instance.Track == Tracks.Active || instance.Track == track));
}
