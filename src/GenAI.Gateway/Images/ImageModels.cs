using System.Collections.Immutable;
using GenAI.Contracts.Models;
using GenAI.Gateway.Access;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Images;

/// <summary>The models that make images by name: those with an entry in configuration, whether or not an instance is healthy now.</summary>
internal sealed class ImageModels(IOptions<ImagesOptions> options, ModelCatalog catalog, Fleet fleet)
{
    /// <summary>By name.</summary>
    public ImmutableArray<ImageModel> All { get; } = [.. options.Value.Models.Select(entry => Of(entry.Key, entry.Value, options.Value, catalog)).OrderBy(model => model.Name, StringComparer.Ordinal)];

    /// <summary>Without regard to case.</summary>
    public ImageModel? Find(string name) => All.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>For a caller that names none: the configured one, or the first that its key may use where that one is not among them.</summary>
    public ImageModel DefaultFor(Caller caller)
    {
        var configured = Find(options.Value.DefaultModel)!;
        return caller.MayUse(configured.Name) ? configured : All.FirstOrDefault(model => caller.MayUse(model.Name)) ?? configured;
    }

    /// <summary>The model of that name, or the caller's default one for null.</summary>
    public (ImageModel? Model, ApiError? Error) Choose(string? name, Caller caller)
    {
        if (name is null) return (DefaultFor(caller), null);
        if (Find(name) is { } model) return (model, null);
        return (null, fleet.Current.TryGetModel(name, out _) ? NoImages(name) : NotFound(name));
    }

    public ApiError NotFound(string id) =>
        new(StatusCodes.Status404NotFound, "model_not_found",
            $"The model '{id}' does not exist. The models are: {string.Join(", ", All.Select(model => model.Name))}.") { Param = "model" };

    private static ApiError NoImages(string name) =>
        new(StatusCodes.Status400BadRequest, "unsupported_model",
            $"The model '{name}' has no entry under {ImagesOptions.Section}:Models, so it cannot make images through this API.") { Param = "model" };

    private static ImageModel Of(string name, ImageModelOptions model, ImagesOptions options, ModelCatalog catalog)
    {
        if (!catalog.TryGet(name, out var definition)) throw new InvalidOperationException($"The validator has let '{name}' pass.");
        return new(definition.Name, definition.Dialect, definition.Checkpoint, model, TemplateLibrary.ReadAll(options.TemplateFolder, model));
    }
}
