using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

internal sealed record NamedLaunchProfile(string Name, LaunchProfile Profile);

/// <summary>Reads launch settings and chooses the profile: the one named, else the AppHost's own, else the first that runs a project.</summary>
internal static class LaunchProfiles
{
    private static readonly JsonSerializerOptions Json = new()
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    public static NamedLaunchProfile? Effective(ProjectResource resource)
    {
        if (resource.HasAnnotationOfType<ExcludeLaunchProfileAnnotation>())
            return null;

        var metadata = resource.GetProjectMetadata();
        var settings = metadata.LaunchSettings ?? Read(metadata.ProjectPath);
        if (resource.TryGetLastAnnotation<LaunchProfileAnnotation>(out var named))
        {
            return settings?.Profiles.GetValueOrDefault(named.LaunchProfileName) is { } profile
                ? new(named.LaunchProfileName, profile)
                : throw new DistributedApplicationException(
                    $"Launch settings file of '{metadata.ProjectPath}' does not contain the '{named.LaunchProfileName}' profile.");
        }

        if (settings is null)
            return null;
        if (resource.TryGetLastAnnotation<DefaultLaunchProfileAnnotation>(out var usual)
            && settings.Profiles.GetValueOrDefault(usual.LaunchProfileName) is { } usualProfile)
            return new(usual.LaunchProfileName, usualProfile);

        var first = settings.Profiles.FirstOrDefault(entry => entry.Value.CommandName is null or "" or "Project" or "Executable");
        return first.Value is null ? null : new(first.Key, first.Value);
    }

    /// <summary>The launch settings beside a project file, or null when there are none.</summary>
    public static LaunchSettings? Read(string projectPath)
    {
        if (!File.Exists(projectPath))
            throw new DistributedApplicationException($"Project file '{projectPath}' was not found.");
        return ReadFolder(Path.GetDirectoryName(projectPath)!);
    }

    public static LaunchSettings? ReadFolder(string projectDirectory)
    {
        var file = Path.Combine(projectDirectory, "Properties", "launchSettings.json");
        if (!File.Exists(file))
            return null;
        try
        {
            using var stream = File.OpenRead(file);
            return JsonSerializer.Deserialize<LaunchSettings>(stream, Json);
        }
        catch (JsonException malformed)
        {
            throw new DistributedApplicationException($"The launch settings '{file}' are not valid JSON: {malformed.Message}", malformed);
        }
    }
}
