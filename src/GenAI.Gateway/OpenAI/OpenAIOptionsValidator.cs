using GenAI.Contracts;
using GenAI.Contracts.Models;
using GenAI.Gateway.OpenAI.Images;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI;

internal sealed class OpenAIOptionsValidator(ModelCatalog catalog) : IValidateOptions<OpenAIOptions>
{
    private const int MaxSteps = 150;

    private static readonly string TimeExpected = $"more than zero and at most {TimeLimits.Longest}";

    public ValidateOptionsResult Validate(string? name, OpenAIOptions options)
    {
        var errors = new Errors();
        errors.Require(options.Models.ContainsKey(options.DefaultModel), nameof(options.DefaultModel), options.DefaultModel,
            $"one of {OpenAIOptions.Section}:Models ({string.Join(", ", options.Models.Keys)})");
        errors.Require(ImageSize.TryParse(options.DefaultSize, out _), nameof(options.DefaultSize), options.DefaultSize, ImageSize.Expected);
        errors.Require(TimeLimits.Allow(options.GenerationTimeout), nameof(options.GenerationTimeout), options.GenerationTimeout, TimeExpected);
        errors.Require(
            options.MaxConcurrentImages >= ImageRequestReader.MaxImages, nameof(options.MaxConcurrentImages), options.MaxConcurrentImages,
            $"at least {ImageRequestReader.MaxImages}, which one request may ask for");
        errors.Require(options.ImageStoreBytes >= 0, nameof(options.ImageStoreBytes), options.ImageStoreBytes, "0 or more");
        errors.Require(TimeLimits.Allow(options.ImageLifetime), nameof(options.ImageLifetime), options.ImageLifetime, TimeExpected);
        errors.Require(
            options.PublicUrl is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(options.PublicUrl), options.PublicUrl,
            "an absolute http or https address");
        foreach (var (model, profile) in options.Models) Validate(model, profile, errors);
        return errors.Result;
    }

    private void Validate(string model, TextToImageOptions profile, Errors errors)
    {
        var section = $"Models:{model}";
        if (!catalog.TryGet(model, out var definition))
        {
            errors.Require(false, section, model, $"one of the models {string.Join(", ", catalog.Models.Select(known => known.Name))}");
            return;
        }

        errors.Require(profile.Guidance is >= 0 and <= 100, $"{section}:Guidance", profile.Guidance, "0 to 100");
        errors.Require(profile.LowSteps is >= 1 and <= MaxSteps, $"{section}:LowSteps", profile.LowSteps, $"1 to {MaxSteps}");
        errors.Require(profile.MediumSteps is >= 1 and <= MaxSteps, $"{section}:MediumSteps", profile.MediumSteps, $"1 to {MaxSteps}");
        errors.Require(profile.HighSteps is >= 1 and <= MaxSteps, $"{section}:HighSteps", profile.HighSteps, $"1 to {MaxSteps}");
        ValidateTemplate($"{section}:Template", profile.Template, definition.Dialect, errors);
    }

    private static void ValidateTemplate(string member, string? template, ModelDialect dialect, Errors errors)
    {
        if ((dialect == ModelDialect.ComfyUI) != (template is not null))
        {
            errors.Require(false, member, template, "a workflow for a model of the ComfyUI dialect, and nothing for any other");
            return;
        }

        try
        {
            if (template is not null) TemplateLibrary.Read(template);
        }
        catch (FormatException exception)
        {
            errors.Require(false, member, template, $"a usable workflow, but {exception.Message}");
        }
    }

    private sealed class Errors
    {
        private readonly ValidateOptionsResultBuilder _result = new();

        public ValidateOptionsResult Result => _result.Build();

        public void Require(bool holds, string member, object? value, string expected)
        {
            if (!holds) _result.AddError($"{OpenAIOptions.Section}:{member} is '{value}'; expected {expected}.");
        }
    }
}
