namespace GenAI.ModelServer.ComfyUI.Files;

/// <summary>Keeps uploads as ComfyUI does: a name that is taken gets " (1)", unless the content is the same.</summary>
internal sealed class UploadStore(ServerFolders folders, FolderOptions options)
{
    private readonly Lock _gate = new();

    /// <param name="place">Where the client wants it.</param>
    /// <param name="content">The file.</param>
    public UploadOutcome Save(UploadPlace place, byte[] content)
    {
        if (folders.Root(place.Type) is not { } root)
            return Refused($"type must be input, output or temp, got '{place.Type}'");
        if (place.Filename.AsSpan().ContainsAny('/', '\\') || ServerFolders.Resolve(root, place.Subfolder, place.Filename) is not { } path)
            return Refused(
                $"the file must lie inside the {place.Type} folder, got subfolder '{place.Subfolder}' and filename '{place.Filename}'");

        lock (_gate)
        {
            if (Used(root) is var (files, bytes) && (files >= options.InputFiles || bytes + content.Length > options.InputBytes))
                return Refused(
                    $"the {place.Type} folder is full: {files} files of {bytes} bytes; "
                    + $"{options.InputFiles} files and {options.InputBytes} bytes may be kept");
            return Write(path, place, content);
        }
    }

    private static UploadOutcome Write(string path, UploadPlace place, byte[] content)
    {
        var folder = Path.GetDirectoryName(path)!;
        var (stem, extension) = (Path.GetFileNameWithoutExtension(path), Path.GetExtension(path));
        try
        {
            Directory.CreateDirectory(folder);
            for (var i = 1; !place.Overwrite && File.Exists(path); i++)
            {
                if (HasContent(path, content)) return new UploadOutcome(Path.GetFileName(path), null);
                path = Path.Combine(folder, $"{stem} ({i}){extension}");
            }

            File.WriteAllBytes(path, content);
            return new UploadOutcome(Path.GetFileName(path), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refused($"the file could not be written as '{place.Filename}': {exception.GetType().Name}");
        }
    }

    private static UploadOutcome Refused(string reason) => new(null, reason);

    private static (int Files, long Bytes) Used(string root)
    {
        var files = new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories).ToArray();
        return (files.Length, files.Sum(file => file.Length));
    }

    private static bool HasContent(string path, byte[] content) =>
        new FileInfo(path).Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
}

/// <summary>Where a client wants its upload.</summary>
internal sealed record UploadPlace(string Filename, string Subfolder, string Type, bool Overwrite);

/// <summary>The name under which the upload was kept, or why it was not.</summary>
internal sealed record UploadOutcome(string? Filename, string? Refusal);
