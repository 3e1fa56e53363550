namespace GenAI.ModelServer.ComfyUI.Files;

/// <summary>Keeps the folder of previews within its bounds.</summary>
internal sealed class TempFolder(ServerFolders folders, FolderOptions options)
{
    /// <summary>Deletes the oldest files beyond the bounds.</summary>
    public void Prune()
    {
        var bytes = 0L;
        var newestFirst = new DirectoryInfo(folders.Root(ServerFolders.Temp)!)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .OrderByDescending(file => file.LastWriteTimeUtc).ThenByDescending(file => file.Name, StringComparer.Ordinal)
            .ToArray();
        for (var i = 0; i < newestFirst.Length; i++)
        {
            bytes += Length(newestFirst[i]);
            if (i > 0 && (i >= options.TempFiles || bytes > options.TempBytes)) newestFirst[i].Delete();
        }
    }

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Another instance with the same folder was quicker.
            return 0;
        }
    }
}
