namespace GenAI.Gateway.Images;

/// <summary>Where workflows are found by their names.</summary>
internal static class TemplateLibrary
{
    /// <param name="folder">Looked into first; null: only the gateway's own are there.</param>
    /// <param name="name">The file's name without <c>.json</c>.</param>
    /// <param name="kind">Which slots it must have.</param>
    /// <exception cref="FormatException">There is no such template, or it is unusable; the message says why.</exception>
    public static WorkflowTemplate Read(string? folder, string name, WorkflowKind kind)
    {
        var path = PathOf(folder, name);
        try
        {
            return WorkflowTemplate.Parse(File.ReadAllText(path), kind);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new FormatException($"{path} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>All of a model's workflows, by kind; none for a model that takes no graphs.</summary>
    /// <exception cref="FormatException">As <see cref="Read"/>.</exception>
    public static IReadOnlyDictionary<WorkflowKind, WorkflowTemplate> ReadAll(string? folder, ImageModelOptions model) =>
        model.Templates.Where(template => template.Name is not null)
            .ToDictionary(template => template.Kind, template => Read(folder, template.Name!, template.Kind));

    private static string PathOf(string? folder, string name)
    {
        if (name.AsSpan().ContainsAny('/', '\\', '\0')) throw new FormatException($"'{name}' is no name of a file in a folder of templates.");
        if (folder is not null && Path.Combine(Path.GetFullPath(folder), $"{name}.json") is var own && File.Exists(own)) return own;
        return Path.Combine(AppContext.BaseDirectory, "Images", "Templates", $"{name}.json");
    }
}
