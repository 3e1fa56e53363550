using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Sees to it that a container's image is there: builds it from its Dockerfile, or pulls it. What the engine says goes to the resource's log.</summary>
internal sealed class ContainerImages(ResourceLoggerService loggers, ResourceNotificationService notifications, LaunchValues values, AppHostIdentity identity)
{
    /// <returns>The image's reference and its id.</returns>
    /// <exception cref="StartFailure">It cannot be built or pulled.</exception>
    public async Task<(string Reference, string Id)> EnsureAsync(ContainerEngine engine, ResourceInstance instance, CancellationToken cancellationToken)
    {
        var resource = instance.Resource;
        var image = resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var annotation)
            ? annotation
            : throw new StartFailure("it has no image. Give it one with WithImage or WithDockerfile.");
        if (!resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
            return (image.Reference, await PullAsync(engine, instance, image.Reference, cancellationToken));

        // One tag per AppHost, so that neither another AppHost's image nor a published one is replaced.
        var reference = $"{image.Image}:{identity.AppHost}";
        await notifications.PublishUpdateAsync(resource, instance.Id, snapshot => snapshot with { State = KnownResourceStates.Building });
        await BuildAsync(engine, instance, build, reference, cancellationToken);
        return (reference, await FindAsync(engine, reference, cancellationToken)
            ?? throw new StartFailure($"{engine.Name} built '{build.DockerfilePath}', but there is no image '{reference}' now."));
    }

    private async Task<string> PullAsync(ContainerEngine engine, ResourceInstance instance, string reference, CancellationToken cancellationToken)
    {
        var policy = instance.Resource.TryGetLastAnnotation<ContainerImagePullPolicyAnnotation>(out var annotation)
            ? annotation.ImagePullPolicy : ImagePullPolicy.Default;
        if (policy != ImagePullPolicy.Always && await FindAsync(engine, reference, cancellationToken) is { } present)
            return present;
        if (policy == ImagePullPolicy.Never)
            throw new StartFailure($"the image '{reference}' is not there, and its pull policy is Never. Pull or build it, or change the policy.");

        var result = await engine.RunAsync(["pull", reference], cancellationToken, onLine: Log(instance));
        if (result.ExitCode != 0)
            throw new StartFailure($"the image '{reference}' could not be pulled: {result.Complaint}.");
        return await FindAsync(engine, reference, cancellationToken)
            ?? throw new StartFailure($"{engine.Name} pulled '{reference}', but there is no such image now.");
    }

    private async Task BuildAsync(
        ContainerEngine engine, ResourceInstance instance, DockerfileBuildAnnotation build, string reference, CancellationToken cancellationToken)
    {
        if (!File.Exists(build.DockerfilePath))
            throw new StartFailure($"its Dockerfile '{build.DockerfilePath}' does not exist. Create it or correct the path.");
        var environment = new Dictionary<string, string>();
        List<string> command = ["build", "--file", build.DockerfilePath, "--tag", reference];
        if (build.Stage is { } stage)
            command.AddRange(["--target", stage]);
        foreach (var (name, value) in build.BuildArguments)
            command.AddRange(["--build-arg", await TextAsync(value) is { } text ? $"{name}={text}" : name]);
        foreach (var (name, value) in build.BuildSecrets)
        {
            if (value is FileInfo file)
            {
                command.AddRange(["--secret", $"id={name},type=file,src={file.FullName}"]);
                continue;
            }

            var variable = $"BUILD_SECRET_{environment.Count.ToString(CultureInfo.InvariantCulture)}";
            command.AddRange(["--secret", $"id={name},type=env,env={variable}"]);
            environment[variable] = await TextAsync(value) ?? "";
        }

        var result = await engine.RunAsync([.. command, build.ContextPath], cancellationToken, environment, Log(instance));
        if (result.ExitCode != 0)
            throw new StartFailure($"the image could not be built from '{build.DockerfilePath}': {result.Complaint}. The log of the resource has the build's.");

        async Task<string?> TextAsync(object? value) => value is bool flag
            ? flag ? "true" : "false"
            : await values.TextOfAsync(value, values.ContextOf(instance.Resource), cancellationToken);
    }

    private static async Task<string?> FindAsync(ContainerEngine engine, string reference, CancellationToken cancellationToken)
        => await engine.RunAsync(["image", "inspect", "--format", "{{.Id}}", reference], cancellationToken) is { ExitCode: 0, Output: [var id, ..] } ? id : null;

    private Action<string> Log(ResourceInstance instance) => line => loggers.Append(instance.Resource, instance.Id, line, isError: false);
}
