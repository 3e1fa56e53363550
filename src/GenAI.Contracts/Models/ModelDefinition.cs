using System.Collections.Immutable;
using System.Globalization;
using GenAI.Contracts.Instances;

namespace GenAI.Contracts.Models;

/// <summary>One model of the service, as configuration declares it.</summary>
public sealed record ModelDefinition
{
    /// <summary>Lower-case letters, digits and dashes; the name in addresses and in service discovery.</summary>
    public required string Name { get; init; }

    public required ModelDialect Dialect { get; init; }

    /// <summary>The gateway's port that is rooted at this model; null: reachable under <c>/models/{name}</c> only.</summary>
    public int? Port { get; init; }

    /// <summary>The checkpoint a plain text-to-image request uses, by file name.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Absolute base addresses of its instances as configuration knows them; may be empty.</summary>
    public ImmutableArray<Uri> Endpoints { get; init; } = [];

    /// <summary>The release tracks of the endpoints that are not on <see cref="ModelTraffic.Stable"/>.</summary>
    public ImmutableDictionary<Uri, string> Tracks { get; init; } = ImmutableDictionary<Uri, string>.Empty;

    /// <summary>How requests are shared among the tracks; null: nothing was said of it.</summary>
    public ModelTraffic? Traffic { get; init; }

    public string TrackOf(Uri endpoint) => Tracks.GetValueOrDefault(endpoint, ModelTraffic.Stable);

    /// <summary>
    /// The id of the instance at <see cref="Endpoints"/>[<paramref name="index"/>], the same for whoever reads this configuration:
    /// what the gateway has found by itself is so known to the orchestrator under the same name.
    /// </summary>
    public string InstanceId(int index) => string.Create(CultureInfo.InvariantCulture, $"{Name}-{index}");
}
