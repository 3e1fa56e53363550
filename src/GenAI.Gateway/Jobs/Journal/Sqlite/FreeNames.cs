using System.Globalization;
using System.Text.RegularExpressions;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>
/// Gives each output a name of its own. ComfyUI counts its files per instance, so two instances make the same names: a clash moves the
/// counter on. <c>ComfyUI_00001_.png</c> becomes <c>ComfyUI_00002_.png</c>, and a name without a counter, <c>cat.png</c>, becomes <c>cat_00001_.png</c>.
/// </summary>
internal static partial class FreeNames
{
    public static string Reserve(SqliteSession session, string type, string subfolder, string filename, long job)
    {
        if (TryTake(session, type, subfolder, filename, job)) return filename;

        var (head, count, digits, tail) = Parse(filename);
        // Where the last clash ended, so that the n-th does not try n names.
        var last = session.Scalar(
            "SELECT last FROM counters WHERE type = $1 AND subfolder = $2 AND stem = $3", type, subfolder, head + '\0' + tail);
        var next = Math.Max(count, last);
        string name;
        do
        {
            next++;
            name = head + next.ToString("D" + digits, CultureInfo.InvariantCulture) + tail;
        }
        while (!TryTake(session, type, subfolder, name, job));

        session.Execute(
            "INSERT INTO counters VALUES ($1, $2, $3, $4) ON CONFLICT DO UPDATE SET last = excluded.last", type, subfolder, head + '\0' + tail, next);
        return name;
    }

    private static bool TryTake(SqliteSession session, string type, string subfolder, string filename, long job) =>
        session.Execute("INSERT INTO names VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", type, subfolder, filename, job) == 1;

    private static (string Head, long Count, int Digits, string Tail) Parse(string filename)
    {
        var match = Counter().Match(filename);
        if (match.Success && long.TryParse(match.Groups["count"].Value, CultureInfo.InvariantCulture, out var count))
            return (match.Groups["head"].Value, count, match.Groups["count"].Length, match.Groups["tail"].Value);

        var extension = Path.GetExtension(filename);
        return (filename[..^extension.Length] + '_', 0, 5, '_' + extension);
    }

    [GeneratedRegex("^(?<head>.*_)(?<count>[0-9]{1,15})(?<tail>_?\\.[^.]*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Counter();
}
