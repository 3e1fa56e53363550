using System.Collections.Frozen;
using GenAI.Gateway.Generation.ComfyUI;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI;

/// <summary>The workflows of <c>OpenAI/Templates</c> that the configured models use, read once at start.</summary>
internal sealed class TemplateLibrary
{
    private readonly FrozenDictionary<string, WorkflowTemplate> _templates;

    /// <exception cref="OptionsValidationException">A template is missing or unusable; the message has every one.</exception>
    public TemplateLibrary(IOptions<OpenAIOptions> options)
    {
        var errors = new List<string>();
        var templates = new Dictionary<string, WorkflowTemplate>(StringComparer.Ordinal);
        foreach (var (model, profile) in options.Value.Models)
        {
            if (profile.Template is { } name && !templates.ContainsKey(name) && Read(model, name, errors) is { } template)
                templates.Add(name, template);
        }

        if (errors.Count > 0) throw new OptionsValidationException(OpenAIOptions.Section, typeof(OpenAIOptions), errors);
        _templates = templates.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public WorkflowTemplate? Find(string? name) => name is null ? null : _templates.GetValueOrDefault(name);

    private static WorkflowTemplate? Read(string model, string name, List<string> errors)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "OpenAI", "Templates", $"{name}.json");
        try
        {
            return WorkflowTemplate.Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            errors.Add($"{OpenAIOptions.Section}:Models:{model}:Template is '{name}', and {path} cannot be used: {exception.Message}");
            return null;
        }
    }
}
