using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ContainerResourceBuilderExtensions
{
    /// <summary>A container whose image is built from a Dockerfile in a context folder, relative to the AppHost's.</summary>
    public static IResourceBuilder<ContainerResource> AddDockerfile(
        this IDistributedApplicationBuilder builder, string name, string contextPath, string? dockerfilePath = null, string? stage = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ContainerResource(name)).WithDockerfile(contextPath, dockerfilePath, stage);
    }

    public static IResourceBuilder<T> WithDockerfile<T>(
        this IResourceBuilder<T> builder, string contextPath, string? dockerfilePath = null, string? stage = null)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(contextPath);

        var context = Path.TrimEndingDirectorySeparator(Path.GetFullPath(contextPath, builder.ApplicationBuilder.AppHostDirectory));
        var dockerfile = Path.GetFullPath(dockerfilePath ?? "Dockerfile", context);
        if (!builder.Resource.HasAnnotationOfType<ContainerImageAnnotation>())
            builder.WithImage(builder.Resource.Name.ToLowerInvariant());
        return builder.WithAnnotation(new DockerfileBuildAnnotation(context, dockerfile, stage), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>A text, a value known later, or null for "as the environment of the build has it".</summary>
    public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, object? value)
        where T : ContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Build(nameof(WithBuildArg)).BuildArguments[name] = value;
        return builder;
    }

    public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(value);
        return value.Resource.Secret
            ? throw new InvalidOperationException(
                $"The parameter '{value.Resource.Name}' is a secret, and the build argument '{name}' of '{builder.Resource.Name}' would stay "
                + "in the image's history; use WithBuildSecret.")
            : builder.WithBuildArg(name, (object)value.Resource);
    }

    public static IResourceBuilder<T> WithBuildSecret<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value)
        where T : ContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        builder.Build(nameof(WithBuildSecret)).BuildSecrets[name] = value.Resource;
        return builder;
    }

    private static DockerfileBuildAnnotation Build<T>(this IResourceBuilder<T> builder, string caller)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Resource.Annotations.OfType<DockerfileBuildAnnotation>().SingleOrDefault() ?? throw new InvalidOperationException(
            $"The resource '{builder.Resource.Name}' has no Dockerfile; call WithDockerfile before {caller}.");
    }
}
