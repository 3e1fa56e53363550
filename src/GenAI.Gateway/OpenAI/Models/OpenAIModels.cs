using System.Collections.Immutable;
using GenAI.Gateway.Errors;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI.Models;

/// <summary>The models that this API offers: those with a way to make an image from a text, whether or not an instance is healthy now.</summary>
internal sealed class OpenAIModels(IOptions<OpenAIOptions> options, TimeProvider clock)
{
    public ImmutableArray<ModelObject> All { get; } = Offer(options.Value, clock.GetUtcNow().ToUnixTimeSeconds());

    public ModelObject? Find(string id) => All.FirstOrDefault(model => model.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    public ApiError NotFound(string id) =>
        new(StatusCodes.Status404NotFound, "model_not_found",
            $"The model '{id}' does not exist. The models are: {string.Join(", ", All.Select(model => model.Id))}.") { Param = "model" };

    private static ImmutableArray<ModelObject> Offer(OpenAIOptions options, long since) =>
        [.. options.Models.Keys.Order(StringComparer.Ordinal).Select(name => new ModelObject(name, since))];
}
