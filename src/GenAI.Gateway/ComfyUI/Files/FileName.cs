namespace GenAI.Gateway.ComfyUI.Files;

/// <summary>A file as clients name it. It never leads out of its folder.</summary>
/// <param name="Type"><c>input</c>, <c>output</c> or <c>temp</c>.</param>
/// <param name="Subfolder">With forward slashes; empty for none.</param>
internal readonly record struct FileName(string Type, string Subfolder, string Name)
{
    public const string Input = "input";
    public const string Output = "output";
    public const string Temp = "temp";

    private const int MaxLength = 255;
    private static readonly string[] Types = [Output, Input, Temp];

    /// <summary>The name's ending with its dot, as far as it is one that may be given to a file elsewhere.</summary>
    public string Extension => Path.GetExtension(Name) is { Length: > 1 and <= 12 } extension && extension.Skip(1).All(char.IsAsciiLetterOrDigit) ? extension : "";

    public static bool IsType(string type) => Types.Contains(type);

    /// <summary>Null when it would lie outside the folder, or the words make no name.</summary>
    public static FileName? TryMake(string type, string? subfolder, string? name)
    {
        if (!IsType(type) || name is not { Length: > 0 and <= MaxLength } || name is "." or ".." || name.AsSpan().ContainsAny("/\\\0")) return null;
        var segments = (subfolder ?? "").Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        var isAbsolute = subfolder is { Length: > 0 } && (subfolder[0] is '/' or '\\' || subfolder.Contains(':'));
        if (isAbsolute || segments.Any(segment => segment == ".." || segment.Length > MaxLength || segment.Contains('\0'))) return null;
        var folder = string.Join('/', segments);
        return folder.Length > 4 * MaxLength ? null : new FileName(type, folder, name);
    }

    /// <summary>What a node's input names, which may say where it lies: <c>"sub/cat.png [temp]"</c>; in <c>input</c> by default.</summary>
    public static FileName? TryParse(string annotated)
    {
        var (path, type) = Annotation(annotated);
        var slash = path.LastIndexOfAny(['/', '\\']);
        return TryMake(type ?? Input, slash < 0 ? "" : path[..slash], path[(slash + 1)..]);
    }

    /// <summary>Splits <c>"cat.png [temp]"</c>.</summary>
    public static (string Path, string? Type) Annotation(string name)
    {
        foreach (var type in Types)
        {
            if (name.EndsWith($"[{type}]", StringComparison.Ordinal)) return (name[..^(type.Length + 2)].TrimEnd(), type);
        }

        return (name, null);
    }
}
