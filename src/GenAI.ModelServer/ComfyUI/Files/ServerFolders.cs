using Microsoft.Extensions.Options;

namespace GenAI.ModelServer.ComfyUI.Files;

/// <summary>The folders that clients can name, and the one way from a client's words to a path: a path never leaves its folder.</summary>
internal sealed class ServerFolders
{
    public const string Output = "output";
    public const string Input = "input";
    public const string Temp = "temp";

    private readonly Dictionary<string, string> _roots;

    /// <exception cref="OptionsValidationException">One of the folders cannot be made.</exception>
    public ServerFolders(FolderOptions options)
    {
        _roots = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Output] = Absolute(options.Output, options.Root, Output),
            [Input] = Absolute(options.Input, options.Root, Input),
            [Temp] = Absolute(options.Temp, options.Root, Temp),
        };
        foreach (var root in _roots.Values) Make(root);
    }

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(
                ModelServerOptions.Section, typeof(FolderOptions), [$"The folder {folder} cannot be made: {exception.Message} Name another with --folder."]);
        }
    }

    /// <summary>The folder's absolute path; null when there is no such folder.</summary>
    public string? Root(string type) => _roots.GetValueOrDefault(type);

    /// <summary>The absolute path; null when it would lie outside the folder, or the words make no path.</summary>
    public static string? Resolve(string root, string subfolder, string name)
    {
        if (name.Length == 0 || name.Contains('\0') || subfolder.Contains('\0')) return null;
        if (Path.IsPathRooted(name) || Path.IsPathRooted(subfolder)) return null;
        var path = Path.GetFullPath(Path.Combine(root, subfolder, name));
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path : null;
    }

    /// <summary>
    /// The file that a node's input names, which may say where it lies, <c>"cat.png [temp]"</c>; in <c>input</c> by default.
    /// Null when there is none.
    /// </summary>
    public string? FindInput(string annotatedName)
    {
        var (name, type) = Annotation(annotatedName);
        return Resolve(_roots[type ?? Input], "", name) is { } path && File.Exists(path) ? path : null;
    }

    /// <summary>Uploaded files at the top of the input folder, by name.</summary>
    public IReadOnlyList<string> InputFiles() =>
        [.. Directory.EnumerateFiles(_roots[Input]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Splits <c>"cat.png [temp]"</c>.</summary>
    public static (string Name, string? Type) Annotation(string name)
    {
        foreach (var type in (ReadOnlySpan<string>)[Output, Input, Temp])
        {
            var suffix = $"[{type}]";
            if (name.EndsWith(suffix, StringComparison.Ordinal)) return (name[..^suffix.Length].TrimEnd(), type);
        }

        return (name, null);
    }

    private static string Absolute(string configured, string root, string name) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(configured.Length > 0 ? configured : Path.Combine(root, name)));
}
