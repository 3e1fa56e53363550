using System.Globalization;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Nodes;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.ComfyUI.Files;

/// <summary>Writes pictures under ComfyUI's names: <c>{prefix}_{counter:00000}_.png</c>, the counter going on from the folder's highest.</summary>
internal sealed class ImageSaver(ServerFolders folders, TempFolder temp, TimeProvider clock)
{
    private const int MaxPrefixLength = 200;

    /// <param name="type">The folder: <c>output</c> or <c>temp</c>.</param>
    /// <param name="prefix">May hold subfolders and <c>%width%</c>, <c>%height%</c>, <c>%batch_num%</c>, <c>%year%</c>… <c>%second%</c>.</param>
    /// <param name="pictures">Of one size.</param>
    /// <param name="text">Kept in the files.</param>
    /// <returns>The images as nodes show them: <c>[{filename, subfolder, type}]</c>.</returns>
    /// <exception cref="NodeFailureException">The prefix leaves the folder, or the disk refuses.</exception>
    public JsonArray Save(string type, string prefix, IReadOnlyList<Picture> pictures, IReadOnlyList<KeyValuePair<string, string>> text)
    {
        var root = folders.Root(type)!;
        var (subfolder, name) = Place(root, prefix, pictures[0]);
        var folder = Path.Combine(root, subfolder);
        var images = new JsonArray();
        try
        {
            Directory.CreateDirectory(folder);
            var counter = NextCounter(folder, name);
            for (var i = 0; i < pictures.Count; i++)
            {
                var batchName = name.Replace("%batch_num%", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
                var file = Write(folder, batchName, ref counter, PngWriter.Write(pictures[i], text));
                images.Add(new JsonObject { ["filename"] = file, ["subfolder"] = subfolder.Replace('\\', '/'), ["type"] = type });
            }
        }
        catch (IOException exception)
        {
            throw new NodeFailureException($"The image could not be written under the prefix '{prefix}': {exception.GetType().Name}.");
        }

        if (type == ServerFolders.Temp) temp.Prune();
        return images;
    }

    private (string Subfolder, string Name) Place(string root, string prefix, Picture picture)
    {
        var expanded = Expand(prefix, picture);
        if (expanded.Length > MaxPrefixLength)
            throw new NodeFailureException($"filename_prefix may have up to {MaxPrefixLength} characters; got {expanded.Length}.");
        if (ServerFolders.Resolve(root, "", expanded) is not { } path || expanded.EndsWith('/'))
            throw new NodeFailureException($"Saving image outside the output folder is not allowed: filename_prefix '{expanded}'.");

        var relative = Path.GetRelativePath(root, path);
        return (Path.GetDirectoryName(relative) ?? "", Path.GetFileName(relative));
    }

    private string Expand(string prefix, Picture picture)
    {
        if (!prefix.Contains('%', StringComparison.Ordinal)) return prefix;
        var now = clock.GetLocalNow();
        (string Name, int Value, string Format)[] variables =
        [
            ("width", picture.Width, "D"), ("height", picture.Height, "D"), ("year", now.Year, "D4"), ("month", now.Month, "D2"),
            ("day", now.Day, "D2"), ("hour", now.Hour, "D2"), ("minute", now.Minute, "D2"), ("second", now.Second, "D2"),
        ];
        return variables.Aggregate(prefix, (text, variable) =>
            text.Replace($"%{variable.Name}%", variable.Value.ToString(variable.Format, CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    private static int NextCounter(string folder, string name) =>
        Directory.EnumerateFiles(folder)
            .Select(path => Counter(Path.GetFileName(path), name))
            .DefaultIfEmpty(0)
            .Max() + 1;

    /// <summary>The 12 of <c>name_00012_.png</c>; 0 for other files.</summary>
    private static int Counter(string file, string name)
    {
        if (!file.StartsWith(name + "_", StringComparison.Ordinal)) return 0;
        var digits = file.AsSpan(name.Length + 1);
        var end = digits.IndexOf('_');
        return end > 0 && int.TryParse(digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var counter) ? counter : 0;
    }

    /// <summary>Never overwrites: another instance may use the same folder.</summary>
    private static string Write(string folder, string name, ref int counter, byte[] png)
    {
        while (true)
        {
            var file = $"{name}_{counter++:D5}_.png";
            try
            {
                using var stream = new FileStream(Path.Combine(folder, file), FileMode.CreateNew, FileAccess.Write);
                stream.Write(png);
                return file;
            }
            catch (IOException) when (File.Exists(Path.Combine(folder, file)))
            {
                // Taken meanwhile: the next number.
            }
        }
    }
}
