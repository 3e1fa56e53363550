using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// The manifest of a model:
/// <code>{ "resources": { "api": { "type": "project.v0", "path": "../Api/Api.csproj", "env": {…}, "bindings": {…} } } }</code>
/// </summary>
internal sealed class ManifestWriter(ManifestPublishingContext context)
{
    public async Task WriteAsync(DistributedApplicationModel model)
    {
        var writer = context.Writer;
        string[] names = [.. model.Resources.Select(resource => resource.Name)];
        context.Expressions.Reserve(names);

        writer.WriteStartObject();
        writer.WriteStartObject("resources");
        foreach (var resource in model.Resources)
            await WriteAsync(resource);
        foreach (var resource in context.Expressions.TakeReferenced(except: names))
            await WriteAsync(resource);
        context.Expressions.WriteEncoded(writer, parameter: null);
        writer.WriteEndObject();
        writer.WriteEndObject();
        await writer.FlushAsync(context.CancellationToken);
    }

    private async Task WriteAsync(IResource resource)
    {
        var hasCallback = resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var annotation);
        if (hasCallback && annotation!.Callback is null)
            return;

        context.Writer.WriteStartObject(resource.Name);
        await (hasCallback ? annotation!.Callback!(context) : WriteEntryAsync(resource));
        context.Writer.WriteEndObject();
        if (resource is ParameterResource parameter)
            context.Expressions.WriteEncoded(context.Writer, parameter);
    }

    private Task WriteEntryAsync(IResource resource)
    {
        switch (resource)
        {
            case ContainerResource container:
                return context.WriteContainerAsync(container);
            case ProjectResource project:
                return WriteProjectAsync(project);
            case ExecutableResource executable:
                return WriteExecutableAsync(executable);
            case ParameterResource parameter:
                WriteParameter(parameter);
                break;
            case IResourceWithConnectionString:
                context.Writer.WriteString("type", "value.v0");
                context.WriteConnectionString(resource);
                break;
            default:
                context.Writer.WriteString("error", "This resource does not support generation in the manifest.");
                break;
        }

        return Task.CompletedTask;
    }

    private Task WriteProjectAsync(ProjectResource project)
    {
        context.Writer.WriteString("type", project.HasDeploymentTarget() ? "project.v1" : "project.v0");
        context.Writer.WriteString("path", context.GetManifestRelativePath(project.GetProjectMetadata().ProjectPath));
        return WriteProcessAsync(project);
    }

    private Task WriteExecutableAsync(ExecutableResource executable)
    {
        context.Writer.WriteString("type", "executable.v0");
        context.WriteConnectionString(executable);
        context.Writer.WriteString("workingDirectory", context.GetManifestRelativePath(executable.WorkingDirectory));
        context.Writer.WriteString("command", executable.Command);
        return WriteProcessAsync(executable);
    }

    private async Task WriteProcessAsync(IResource resource)
    {
        await context.WriteCommandLineArgumentsAsync(resource);
        await context.WriteEnvironmentVariablesAsync(resource);
        context.WriteBindings(resource);
    }

    private void WriteParameter(ParameterResource parameter)
    {
        var writer = context.Writer;
        writer.WriteString("type", "parameter.v0");
        if (parameter.IsConnectionString)
            writer.WriteString("connectionString", parameter.ValueExpression);
        writer.WriteString("value", $"{{{parameter.Name}.inputs.value}}");

        writer.WriteStartObject("inputs");
        writer.WriteStartObject("value");
        writer.WriteString("type", "string");
        if (parameter.Secret)
            writer.WriteBoolean("secret", true);
        if (parameter.Default is { } defaultValue)
        {
            writer.WriteStartObject("default");
            defaultValue.WriteToManifest(context);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
