using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>A container's entry: image or build, mounts, and what all resources have.</summary>
internal sealed class ManifestContainer(ManifestPublishingContext context, ContainerResource container)
{
    public async Task WriteAsync()
    {
        var writer = context.Writer;
        var build = container.Annotations.OfType<DockerfileBuildAnnotation>().SingleOrDefault();
        writer.WriteString("type", build is not null || container.HasDeploymentTarget() ? "container.v1" : "container.v0");
        context.WriteConnectionString(container);
        if (build is not null)
            WriteBuild(build);
        else
            writer.WriteString("image", ImageOf(container));

        if (container.Entrypoint is { } entrypoint)
            writer.WriteString("entrypoint", entrypoint);
        await context.WriteCommandLineArgumentsAsync(container);
        WriteMounts("bindMounts", ContainerMountType.BindMount);
        WriteMounts("volumes", ContainerMountType.Volume);
        await context.WriteEnvironmentVariablesAsync(container);
        context.WriteBindings(container);
    }

    private static string ImageOf(ContainerResource container) => container.TryGetContainerImageName(out var image)
        ? image
        : throw new DistributedApplicationException($"The container '{container.Name}' has neither an image nor a Dockerfile.");

    private void WriteBuild(DockerfileBuildAnnotation build)
    {
        var writer = context.Writer;
        writer.WriteStartObject("build");
        writer.WriteString("context", context.GetManifestRelativePath(build.ContextPath));
        writer.WriteString("dockerfile", context.GetManifestRelativePath(build.DockerfilePath));
        if (build.Stage is { } stage)
            writer.WriteString("stage", stage);
        if (!build.HasEntrypoint)
            writer.WriteBoolean("buildOnly", true);
        if (build.BuildArguments.Count > 0)
        {
            writer.WriteStartObject("args");
            foreach (var (name, value) in build.BuildArguments)
            {
                context.TryAddDependentResources(value);
                writer.WriteString(name, context.Expressions.TextOf(value));
            }

            writer.WriteEndObject();
        }

        WriteSecrets(build);
        writer.WriteEndObject();
    }

    private void WriteSecrets(DockerfileBuildAnnotation build)
    {
        if (build.BuildSecrets.Count == 0)
            return;

        var writer = context.Writer;
        writer.WriteStartObject("secrets");
        foreach (var (name, value) in build.BuildSecrets)
        {
            writer.WriteStartObject(name);
            writer.WriteString("type", value is FileInfo ? "file" : "env");
            if (value is FileInfo file)
                writer.WriteString("source", context.GetManifestRelativePath(file.FullName));
            else
                writer.WriteString("value", context.Expressions.TextOf(value));
            writer.WriteEndObject();
            context.TryAddDependentResources(value);
        }

        writer.WriteEndObject();
    }

    private void WriteMounts(string name, ContainerMountType type)
    {
        var mounts = container.Annotations.OfType<ContainerMountAnnotation>().Where(mount => mount.Type == type).ToArray();
        if (mounts.Length == 0)
            return;

        var writer = context.Writer;
        writer.WriteStartArray(name);
        foreach (var mount in mounts)
        {
            writer.WriteStartObject();
            if (type == ContainerMountType.BindMount)
                writer.WriteString("source", context.GetManifestRelativePath(mount.Source));
            else if (mount.Source is { } volume)
                writer.WriteString("name", volume);
            writer.WriteString("target", type == ContainerMountType.BindMount ? mount.Target.Replace('\\', '/') : mount.Target);
            writer.WriteBoolean("readOnly", mount.IsReadOnly);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
