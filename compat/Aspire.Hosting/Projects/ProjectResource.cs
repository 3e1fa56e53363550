using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>A .NET project, run as a process of its own.</summary>
    public class ProjectResource(string name)
        : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport, IComputeResource;

    public static class ProjectResourceExtensions
    {
        public static IEnumerable<ProjectResource> GetProjectResources(this DistributedApplicationModel model)
        {
            ArgumentNullException.ThrowIfNull(model);
            return model.Resources.OfType<ProjectResource>();
        }

        public static IProjectMetadata GetProjectMetadata(this ProjectResource projectResource)
        {
            ArgumentNullException.ThrowIfNull(projectResource);
            return projectResource.Annotations.OfType<IProjectMetadata>().Single();
        }
    }
}

namespace Aspire.Hosting
{
    /// <summary>Where a project lies; the build generates one in `Projects` for each project that an AppHost refers to.</summary>
    public interface IProjectMetadata : IResourceAnnotation
    {
        /// <summary>The absolute path of the project file.</summary>
        string ProjectPath { get; }

        /// <summary>Launch settings to use instead of the project's file.</summary>
        LaunchSettings? LaunchSettings => null;

        /// <summary>The project was built with the AppHost and need not be built again before it is run.</summary>
        bool SuppressBuild => false;
    }

    /// <summary>A project given by its path: built when it is started.</summary>
    internal sealed class ProjectPathMetadata(string projectPath) : IProjectMetadata
    {
        public string ProjectPath { get; } = projectPath;
    }

    public class ProjectResourceOptions
    {
        public string? LaunchProfileName { get; set; }

        public bool ExcludeLaunchProfile { get; set; }

        public bool ExcludeKestrelEndpoints { get; set; }
    }
}
