using GenAI.Contracts;
using GenAI.Contracts.Models;
using GenAI.Gateway.OpenAI.Images;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI;

internal sealed class OpenAIOptionsValidator(ModelCatalog catalog) : IValidateOptions<OpenAIOptions>
{
    private const int MaxSteps = 150;

    public ValidateOptionsResult Validate(string? name, OpenAIOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        void Require(bool holds, string member, object? value, string expected)
        {
            if (!holds) result.AddError($"{OpenAIOptions.Section}:{member} is '{value}'; expected {expected}.");
        }

        Require(options.Models.ContainsKey(options.DefaultModel), nameof(options.DefaultModel), options.DefaultModel,
            $"one of {OpenAIOptions.Section}:Models ({string.Join(", ", options.Models.Keys)})");
        Require(ImageSize.TryParse(options.DefaultSize, out _), nameof(options.DefaultSize), options.DefaultSize, ImageSize.Expected);
        Require(options.GenerationTimeout > TimeSpan.Zero, nameof(options.GenerationTimeout), options.GenerationTimeout, "more than zero");
        Require(options.MaxConcurrentImages >= ImageRequestReader.MaxImages, nameof(options.MaxConcurrentImages), options.MaxConcurrentImages,
            $"at least {ImageRequestReader.MaxImages}, which one request may ask for");
        Require(options.ImageStoreBytes >= 0, nameof(options.ImageStoreBytes), options.ImageStoreBytes, "0 or more");
        Require(options.ImageLifetime > TimeSpan.Zero, nameof(options.ImageLifetime), options.ImageLifetime, "more than zero");
        Require(options.PublicUrl is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(options.PublicUrl), options.PublicUrl,
            "an absolute http or https address");

        foreach (var (model, profile) in options.Models) Validate(model, profile);
        return result.Build();

        void Validate(string model, TextToImageOptions profile)
        {
            var section = $"Models:{model}";
            if (!catalog.TryGet(model, out var definition))
            {
                Require(false, section, model, $"one of the models {string.Join(", ", catalog.Models.Select(known => known.Name))}");
                return;
            }

            Require((definition.Dialect == ModelDialect.ComfyUI) == (profile.Template is not null), $"{section}:Template", profile.Template,
                "a workflow for a model of the ComfyUI dialect, and nothing for any other");
            Require(profile.Guidance is >= 0 and <= 100, $"{section}:Guidance", profile.Guidance, "0 to 100");
            Require(profile.LowSteps is >= 1 and <= MaxSteps, $"{section}:LowSteps", profile.LowSteps, $"1 to {MaxSteps}");
            Require(profile.MediumSteps is >= 1 and <= MaxSteps, $"{section}:MediumSteps", profile.MediumSteps, $"1 to {MaxSteps}");
            Require(profile.HighSteps is >= 1 and <= MaxSteps, $"{section}:HighSteps", profile.HighSteps, $"1 to {MaxSteps}");
        }
    }
}
