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
            bytes += newestFirst[i].Length;
            if (i > 0 && (i >= options.TempFiles || bytes > options.TempBytes)) newestFirst[i].Delete();
        }
    }
}
