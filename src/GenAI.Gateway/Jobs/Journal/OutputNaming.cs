using System.Globalization;
using System.Text.RegularExpressions;

namespace GenAI.Gateway.Jobs.Journal;

/// <summary>
/// A file's name as head, counter and tail. Pure. ComfyUI counts its files per instance, so two instances make the same names: a clash moves
/// the counter on. <c>ComfyUI_00001_.png</c> becomes <c>ComfyUI_00002_.png</c>, and a name without a counter, <c>cat.png</c>, becomes
/// <c>cat_00001_.png</c>.
/// </summary>
internal sealed partial record OutputNaming(string Head, long Count, int Digits, string Tail)
{
    /// <summary>What names that differ in the counter alone have in common.</summary>
    public string Stem => $"{Head}/{Tail}";

    public string Numbered(long count) => Head + count.ToString("D" + Digits, CultureInfo.InvariantCulture) + Tail;

    public static OutputNaming Of(string filename)
    {
        var match = Counter().Match(filename);
        if (match.Success && long.TryParse(match.Groups["count"].Value, CultureInfo.InvariantCulture, out var count))
            return new OutputNaming(match.Groups["head"].Value, count, match.Groups["count"].Length, match.Groups["tail"].Value);

        var extension = Path.GetExtension(filename);
        return new OutputNaming(filename[..^extension.Length] + '_', 0, 5, '_' + extension);
    }

    [GeneratedRegex("^(?<head>.*_)(?<count>[0-9]{1,15})(?<tail>_?\\.[^.]*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Counter();
}
