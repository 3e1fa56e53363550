using System.Reflection;

namespace Aspire.Hosting;

/// <summary>
/// Where the projects lie that were built with the AppHost. The build targets write it into the AppHost's assembly, as metadata
/// `projectoutput:{project file}` = `{path of the built assembly}`.
/// </summary>
internal static class BuiltProjects
{
    private const string KeyPrefix = "projectoutput:";

    /// <summary>The built assembly of a project that the AppHost refers to; null for any other, or when it is not there.</summary>
    public static string? OutputOf(IProjectMetadata metadata, Assembly? appHostAssembly)
    {
        if (!metadata.SuppressBuild)
            return null;
        Assembly?[] candidates = [metadata.GetType().Assembly, appHostAssembly];
        var output = candidates.OfType<Assembly>()
            .SelectMany(assembly => assembly.GetCustomAttributes<AssemblyMetadataAttribute>())
            .FirstOrDefault(attribute => string.Equals(attribute.Key, KeyPrefix + metadata.ProjectPath, StringComparison.OrdinalIgnoreCase))
            ?.Value;
        return output is not null && File.Exists(output) ? output : null;
    }

    /// <summary>The native program beside a built assembly, if there is one.</summary>
    public static string? ProgramOf(string assemblyPath)
    {
        var program = Path.ChangeExtension(assemblyPath, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(program) ? program : null;
    }
}
