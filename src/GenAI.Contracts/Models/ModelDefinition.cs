using System.Collections.Immutable;
using System.Globalization;

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

    /// <summary>
    /// The id of the instance at <see cref="Endpoints"/>[<paramref name="index"/>], the same for whoever reads this configuration:
    /// what the gateway has found by itself is so known to the orchestrator under the same name.
    /// </summary>
    public string InstanceId(int index) => string.Create(CultureInfo.InvariantCulture, $"{Name}-{index}");
}
