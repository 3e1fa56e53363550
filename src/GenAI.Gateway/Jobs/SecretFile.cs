using System.Security.Cryptography;
using GenAI.Gateway.Jobs.Journal;

namespace GenAI.Gateway.Jobs;

/// <summary>A secret that the gateway draws once and keeps beside its jobs, readable by its user alone.</summary>
internal static class SecretFile
{
    public const int Bytes = 32;

    /// <exception cref="JournalException">It can neither be read nor made.</exception>
    public static byte[] ReadOrCreate(string path)
    {
        try
        {
            return ReadOrDraw(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(
                $"The secret {path} can neither be read nor made: {exception.Message} Make its folder writable, or name another with GenAI:Gateway:Jobs:Folder.", exception);
        }
    }

    private static byte[] ReadOrDraw(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (TryRead(path) is { } known) return known;

        var drawn = RandomNumberGenerator.GetBytes(Bytes);
        var part = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(part, options))
        {
            file.Write(drawn);
            file.Flush(flushToDisk: true);
        }

        return Keep(part, path) ? drawn : TryRead(path) ?? throw new IOException($"The secret {path} was just made by another gateway, and cannot be read.");
    }

    /// <returns>False when another gateway that shares the folder was first.</returns>
    private static bool Keep(string part, string path)
    {
        try
        {
            // One that is not whole, which was read as none, gives way.
            File.Move(part, path, overwrite: File.Exists(path) && TryRead(path) is null);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(part);
            return false;
        }
    }

    /// <summary>Null when there is none; one that is not whole is none.</summary>
    private static byte[]? TryRead(string path) => File.Exists(path) && File.ReadAllBytes(path) is { Length: Bytes } secret ? secret : null;
}
