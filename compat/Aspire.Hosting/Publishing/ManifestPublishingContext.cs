using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>A manifest that is being written: where it goes, its writer, and the parts of an entry that resources have in common.</summary>
public sealed class ManifestPublishingContext(
    DistributedApplicationExecutionContext executionContext, string manifestPath, Utf8JsonWriter writer, CancellationToken cancellationToken = default)
{
    private readonly FreePorts _ports = new();

    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    public string ManifestPath { get; } = manifestPath;

    public Utf8JsonWriter Writer { get; } = writer;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    internal ManifestExpressions Expressions { get; } = new();

    /// <summary>A path as it is seen from the manifest's folder, with slashes.</summary>
    [return: NotNullIfNotNull(nameof(path))]
    public string? GetManifestRelativePath(string? path)
    {
        if (path is null)
            return null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(ManifestPath))
            ?? throw new DistributedApplicationException($"The manifest's path '{ManifestPath}' has no folder.");
        return Path.GetRelativePath(folder, path.Replace('\\', '/')).Replace('\\', '/');
    }

    /// <summary>A container's whole entry, between its braces.</summary>
    /// <exception cref="DistributedApplicationException">It has neither an image nor a Dockerfile.</exception>
    public Task WriteContainerAsync(ContainerResource container) => new ManifestContainer(this, container).WriteAsync();

    public void WriteConnectionString(IResource resource)
    {
        if (resource is not IResourceWithConnectionString { ConnectionStringExpression: { } expression })
            return;
        Expressions.Follow(expression);
        Writer.WriteString("connectionString", Expressions.TextOf(expression));
    }

    public void WriteBindings(IResource resource)
    {
        var endpoints = PublishedEndpoint.Of(resource, _ports);
        if (endpoints.Count == 0)
            return;

        Writer.WriteStartObject("bindings");
        foreach (var (endpoint, targetPort, exposedPort, _) in endpoints)
        {
            Writer.WriteStartObject(endpoint.Name);
            Writer.WriteString("scheme", endpoint.UriScheme);
            Writer.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            Writer.WriteString("transport", endpoint.Transport);
            if (exposedPort is { } port && port != targetPort)
                Writer.WriteNumber("port", port);
            if (targetPort is { } target)
                Writer.WriteNumber("targetPort", target);
            if (endpoint.IsExternal)
                Writer.WriteBoolean("external", true);
            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }

    public async Task WriteEnvironmentVariablesAsync(IResource resource)
    {
        var context = new EnvironmentCallbackContext(ExecutionContext, resource, cancellationToken: CancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
            await annotation.Callback(context);
        if (context.EnvironmentVariables.Count == 0)
            return;

        Writer.WriteStartObject("env");
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            Writer.WriteString(name, Expressions.TextOf(value));
            TryAddDependentResources(value);
        }

        Writer.WriteEndObject();
    }

    public async Task WriteCommandLineArgumentsAsync(IResource resource)
    {
        var context = new CommandLineArgsCallbackContext([], resource, CancellationToken) { ExecutionContext = ExecutionContext };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
            await annotation.Callback(context);
        if (context.Args.Count == 0)
            return;

        Writer.WriteStartArray("args");
        foreach (var value in context.Args)
        {
            Writer.WriteStringValue(Expressions.TextOf(value));
            TryAddDependentResources(value);
        }

        Writer.WriteEndArray();
    }

    /// <summary>Has the resources that a value refers to written too.</summary>
    public void TryAddDependentResources(object? value) => Expressions.Follow(value);
}
