using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>What to start for a resource: a project's built output, or an executable's command.</summary>
internal sealed class LaunchPlanner(LaunchValues values, ProjectBuilds builds, DistributedApplicationOptions options)
{
    // What an AppHost is told about itself and its children must not take for their own.
    private static readonly string[] AppHostVariables =
        ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_LAUNCH_PROFILE", "DOTNET_URLS"];

    /// <summary>Whether the AppHost starts it, as a process or as a container.</summary>
    public static bool CanLaunch(IResource resource) => resource is ProjectResource or ExecutableResource or ContainerResource;

    /// <summary>Variables of the AppHost's own environment that a child does not inherit.</summary>
    public static IReadOnlyCollection<string> NotInherited => AppHostVariables;

    /// <exception cref="StartFailure">The program does not exist.</exception>
    public async Task<LaunchPlan> PlanAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = values.ContextOf(resource);
        var environment = await values.EnvironmentOfAsync(resource, context, cancellationToken);
        var arguments = await values.ArgumentsOfAsync(resource, context, cancellationToken);
        return resource switch
        {
            ProjectResource project => await PlanProjectAsync(project, arguments, environment, cancellationToken),
            ExecutableResource executable => PlanExecutable(executable, arguments, environment),
            _ => throw new InvalidOperationException($"A {resource.GetType().Name} is not started by the AppHost."),
        };
    }

    private static LaunchPlan PlanExecutable(ExecutableResource executable, List<string> arguments, Dictionary<string, string> environment)
        => new(CommandLookup.Find(executable.Command, executable.WorkingDirectory), arguments, executable.WorkingDirectory, environment);

    private async Task<LaunchPlan> PlanProjectAsync(
        ProjectResource project, List<string> arguments, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var metadata = project.GetProjectMetadata();
        if (arguments.Count == 0 && LaunchProfiles.Effective(project)?.Profile.CommandLineArgs is { Length: > 0 } profileArguments)
            arguments.AddRange(CommandLine.Split(profileArguments));

        var folder = Path.GetDirectoryName(metadata.ProjectPath)!;
        if (BuiltProjects.OutputOf(metadata, options.AppHostAssembly) is { } output)
        {
            var program = BuiltProjects.ProgramOf(output);
            return program is not null
                ? new(program, arguments, folder, environment)
                : new(DotnetCommand.Path, [output, .. arguments], folder, environment);
        }

        if (!metadata.SuppressBuild)
            await builds.BuildAsync(project, metadata.ProjectPath, cancellationToken);
        return new(
            DotnetCommand.Path,
            ["run", "--no-build", "--no-launch-profile", "--project", metadata.ProjectPath, "--", .. arguments],
            folder,
            environment);
    }
}
