namespace Aspire.Hosting.Docker.Writing;

/// <summary>
/// <c># comment</c>, <c>KEY=value</c> and an empty line for each variable, sorted by key. A value that the file on disk has already is kept:
/// its user has filled it in.
/// </summary>
internal sealed class EnvFile
{
    private readonly SortedDictionary<string, (string? Value, string? Comment)> _entries = new(Comparer<string>.Create(Compare));

    public static EnvFile Load(string path)
    {
        var file = new EnvFile();
        string? comment = null;
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            var text = line.TrimStart();
            var equals = text.IndexOf('=');
            if (!text.StartsWith('#') && equals > 0)
                file._entries[text[..equals].Trim()] = (text[(equals + 1)..], comment);
            comment = text.StartsWith('#') ? text[1..].Trim() : null;
        }

        return file;
    }

    public void AddIfMissing(string key, string? comment) => _entries.TryAdd(key, (null, comment));

    public void Set(string key, string? value, string? comment) => _entries[key] = (value, comment);

    /// <summary>
    /// As the official package sorts on a machine that has cultures, and here on every machine: an underscore comes before digits and
    /// letters (<c>API_PORT</c> before <c>APIKEY</c>), and a small letter before its capital.
    /// </summary>
    private static int Compare(string left, string right)
    {
        var order = string.Compare(left.Replace('_', ' '), right.Replace('_', ' '), StringComparison.OrdinalIgnoreCase);
        return order != 0 ? order : string.CompareOrdinal(right, left);
    }

    public void Save(string path)
    {
        var lines = new List<string>();
        foreach (var (key, (value, comment)) in _entries)
        {
            if (!string.IsNullOrWhiteSpace(comment))
                lines.Add($"# {comment}");
            lines.Add($"{key}={value}");
            lines.Add(string.Empty);
        }

        File.WriteAllLines(path, lines);
    }
}
