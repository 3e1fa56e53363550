using GenAI.Contracts;
using GenAI.Contracts.Models;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Images;

internal sealed class ImagesOptionsValidator(ModelCatalog catalog) : IValidateOptions<ImagesOptions>
{
    private const int LargestPicture = 32 << 20;
    private static readonly string[] KnownFormats = ["png", "jpeg", "webp"];

    public ValidateOptionsResult Validate(string? name, ImagesOptions options)
    {
        var errors = new Errors();
        errors.Require(options.Models.ContainsKey(options.DefaultModel), nameof(options.DefaultModel), options.DefaultModel,
            $"one of {ImagesOptions.Section}:Models ({string.Join(", ", options.Models.Keys)})");
        errors.Require(ImageSize.TryParse(options.DefaultSize, out _), nameof(options.DefaultSize), options.DefaultSize, ImageSize.Expected);
        errors.Require(TimeLimits.Allow(options.Timeout), nameof(options.Timeout), options.Timeout, $"more than zero and at most {TimeLimits.Longest}");
        errors.Require(TimeLimits.Allow(options.NoInstanceLimit), nameof(options.NoInstanceLimit), options.NoInstanceLimit, $"more than zero and at most {TimeLimits.Longest}");
        errors.Require(options.TemplateFolder is null || Directory.Exists(options.TemplateFolder), nameof(options.TemplateFolder), options.TemplateFolder, "a folder that exists");
        errors.Require(
            options.MaxPictureBytes is >= 1024 and <= LargestPicture, nameof(options.MaxPictureBytes), options.MaxPictureBytes,
            $"1024 to {LargestPicture}, since a job's picture is journalled with it");
        foreach (var (model, profile) in options.Models) Validate(model, profile, options.TemplateFolder, errors);
        return errors.Result;
    }

    private void Validate(string model, ImageModelOptions profile, string? folder, Errors errors)
    {
        var section = $"Models:{model}";
        if (!catalog.TryGet(model, out var definition))
        {
            errors.Require(false, section, model, $"one of the models {string.Join(", ", catalog.Models.Select(known => known.Name))}");
            return;
        }

        errors.Require(profile.Guidance is >= 0 and <= ImageWork.MaxGuidance, $"{section}:Guidance", profile.Guidance, $"0 to {ImageWork.MaxGuidance}");
        foreach (var (member, steps) in ((string, int)[])[("LowSteps", profile.LowSteps), ("MediumSteps", profile.MediumSteps), ("HighSteps", profile.HighSteps)])
            errors.Require(steps is >= 1 and <= ImageWork.MaxSteps, $"{section}:{member}", steps, $"1 to {ImageWork.MaxSteps}");
        errors.Require(profile.Sampler.Length > 0, $"{section}:Sampler", profile.Sampler, "ComfyUI's name of a sampler, such as euler");
        errors.Require(profile.Scheduler.Length > 0, $"{section}:Scheduler", profile.Scheduler, "ComfyUI's name of a scheduler, such as normal");
        errors.Require(
            profile.Formats.Length > 0 && profile.Formats.All(KnownFormats.Contains), $"{section}:Formats", string.Join(", ", profile.Formats),
            "some of png, jpeg and webp");
        foreach (var (kind, member, template) in profile.Templates) ValidateTemplate($"{section}:{member}", kind, template, definition.Dialect, folder, errors);
    }

    private static void ValidateTemplate(string member, WorkflowKind kind, string? template, ModelDialect dialect, string? folder, Errors errors)
    {
        var takesGraphs = dialect == ModelDialect.ComfyUI;
        if (template is null)
        {
            errors.Require(!takesGraphs || kind != WorkflowKind.TextToImage, member, template, "a workflow, for the model is of the ComfyUI dialect");
            return;
        }

        if (!takesGraphs)
        {
            errors.Require(false, member, template, "nothing, for the model is not of the ComfyUI dialect");
            return;
        }

        try
        {
            TemplateLibrary.Read(folder, template, kind);
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
            if (!holds) _result.AddError($"{ImagesOptions.Section}:{member} is '{value}'; expected {expected}.");
        }
    }
}
