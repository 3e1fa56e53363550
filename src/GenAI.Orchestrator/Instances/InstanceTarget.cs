using System.Collections.Immutable;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Contracts.Models;

namespace GenAI.Orchestrator.Instances;

/// <summary>One model server that configuration names: who is watched, and where.</summary>
/// <param name="Id"><c>{model}-{n}</c>, n from 0 in the order of configuration, so that it is the same after a restart.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Dialect">The API that it speaks, which decides how it is probed.</param>
/// <param name="Endpoint">Absolute base address.</param>
internal sealed record InstanceTarget(string Id, string Model, ModelDialect Dialect, Uri Endpoint)
{
    /// <summary>The release track that it is on.</summary>
    public string Track { get; init; } = ModelTraffic.Stable;

    public static ImmutableArray<InstanceTarget> All(ModelCatalog catalog) =>
    [
        .. catalog.Models.SelectMany(model => model.Endpoints.Select(
            (endpoint, n) => new InstanceTarget(model.InstanceId(n), model.Name, model.Dialect, endpoint) { Track = model.TrackOf(endpoint) })),
    ];

    /// <summary>Whether it is the same server, whose health is known: another track makes no other server of it.</summary>
    public bool IsSameServerAs(InstanceTarget? other) => other is not null && this == other with { Track = Track };
}
