using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace GenAI.Contracts.Models;

/// <summary>
/// The models that configuration declares: the three known ones, changed and added to by <c>GenAI:Models:{name}</c>
/// (<c>Dialect</c>, <c>Port</c>, <c>Checkpoint</c>, <c>Tracks</c>, <c>Traffic</c>), with the addresses of their instances from
/// <c>{PREFIX}_URL</c> (several separated by commas) or, failing that, from service discovery (<c>services:{name}:{endpoint}:{n}</c>).
/// Both planes read the same catalogue, so that they agree while they cannot reach each other.
/// </summary>
public sealed class ModelCatalog
{
    private readonly ImmutableSortedDictionary<string, ModelDefinition> _byName;

    private ModelCatalog(IEnumerable<ModelDefinition> models)
    {
        _byName = models.ToImmutableSortedDictionary(model => model.Name, model => model, StringComparer.Ordinal);
        Models = [.. _byName.Values];
    }

    /// <summary>Ordered by name.</summary>
    public ImmutableArray<ModelDefinition> Models { get; }

    public bool TryGet(string name, [NotNullWhen(true)] out ModelDefinition? model) => _byName.TryGetValue(name, out model);

    /// <summary>Reads and validates the whole catalogue.</summary>
    /// <exception cref="ModelCatalogException">Something in it is wrong; the message lists every error with the value found.</exception>
    public static ModelCatalog Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        var models = new List<ModelDefinition>();
        foreach (var name in Names(configuration))
        {
            if (ModelDefinitionReader.Read(name, configuration, errors) is { } model) models.Add(model);
        }

        errors.AddRange(models.Where(model => model.Port is not null)
            .GroupBy(model => model.Port)
            .Where(group => group.Count() > 1)
            .Select(group => $"Port {group.Key} is given to {string.Join(" and ", group.Select(model => model.Name))}; each model needs its own."));

        return errors.Count == 0 ? new ModelCatalog(models) : throw new ModelCatalogException(errors);
    }

    private static IEnumerable<string> Names(IConfiguration configuration) =>
        KnownModel.All.Select(known => known.Definition.Name)
            // A value directly under GenAI:Models (such as Runtime) is a setting of all models, not a model.
            .Concat(configuration.GetSection("GenAI:Models").GetChildren().Where(child => child.Value is null).Select(child => child.Key))
            .Distinct(StringComparer.OrdinalIgnoreCase);
}
