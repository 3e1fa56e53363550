using System.Xml.Linq;
using GenAI.Testing;

namespace GenAI.AppHost.Tests.Architecture;

/// <summary>The project files of this repository, read as text: what they reference, before any package switch.</summary>
internal static class ProjectFile
{
    /// <summary>Every project file, relative to the root, with forward slashes.</summary>
    public static IEnumerable<string> All { get; } =
        [.. Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal)];

    /// <summary>The names of the projects that a project references.</summary>
    public static IReadOnlyList<string> References(string projectFile) =>
        [.. XDocument.Load(Path.Combine(Repository.Root, projectFile))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))];
}
