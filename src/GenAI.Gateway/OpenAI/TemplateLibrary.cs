using System.Collections.Frozen;
using GenAI.Gateway.Generation.ComfyUI;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI;

/// <summary>The workflows of <c>OpenAI/Templates</c> that the configured models use, read once.</summary>
internal sealed class TemplateLibrary(IOptions<OpenAIOptions> options)
{
    private readonly FrozenDictionary<string, WorkflowTemplate> _templates = options.Value.Models.Values
        .Select(profile => profile.Template)
        .OfType<string>()
        .Distinct(StringComparer.Ordinal)
        .ToFrozenDictionary(name => name, Read, StringComparer.Ordinal);

    public WorkflowTemplate? Find(string? name) => name is null ? null : _templates.GetValueOrDefault(name);

    /// <exception cref="FormatException">There is no such template, or it is unusable; the message says why.</exception>
    public static WorkflowTemplate Read(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "OpenAI", "Templates", $"{name}.json");
        try
        {
            return WorkflowTemplate.Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            throw new FormatException($"{path} cannot be used: {exception.Message}", exception);
        }
    }
}
