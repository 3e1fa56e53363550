using System.Globalization;
using System.Text;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>
/// A line for a terminal as markup: colours and weights (ECMA-48, SGR) become classes, other control sequences go. 256 and 24-bit
/// colours become the nearest of the sixteen, which the page's theme decides.
/// </summary>
internal static class AnsiText
{
    private const char Escape = '\e';

    public static Html ToHtml(string line)
    {
        if (!line.Contains(Escape, StringComparison.Ordinal))
            return Html.Of($"{Printable(line)}");
        var pieces = new List<Html>();
        var style = default(AnsiStyle);
        foreach (var (text, codes) in Parts(line))
        {
            if (text.Length > 0)
                pieces.Add(style.Class() is { Length: > 0 } name ? Html.Of($"<span class=\"{name}\">{Printable(text)}</span>") : Html.Of($"{Printable(text)}"));
            if (codes is not null)
                style = style.After(codes);
        }

        return Html.Join(pieces);
    }

    public static string ToPlain(string line)
        => line.Contains(Escape, StringComparison.Ordinal) ? Printable(string.Concat(Parts(line).Select(part => part.Text))) : Printable(line);

    /// <summary>Texts, and after each the codes of the SGR sequence that follows it, if that is what follows.</summary>
    private static IEnumerable<(string Text, int[]? Codes)> Parts(string line)
    {
        var start = 0;
        while (line.IndexOf(Escape, start) is >= 0 and var escape)
        {
            var (end, codes) = Sequence(line, escape);
            yield return (line[start..escape], codes);
            start = end;
        }

        yield return (line[start..], null);
    }

    /// <summary>Where the control sequence ends, and its codes when it is an SGR.</summary>
    private static (int End, int[]? Codes) Sequence(string line, int escape)
    {
        var next = escape + 1 < line.Length ? line[escape + 1] : '\0';
        if (next == ']')
        {
            // A title or a link: to the bell, or to ESC \.
            var bell = line.IndexOf('\a', escape);
            var stop = line.IndexOf("\e\\", escape + 1, StringComparison.Ordinal);
            return bell >= 0 && (stop < 0 || bell < stop) ? (bell + 1, null) : stop >= 0 ? (stop + 2, null) : (line.Length, null);
        }

        if (next != '[')
            return (Math.Min(escape + 2, line.Length), null);
        var end = escape + 2;
        while (end < line.Length && line[end] is < '@' or > '~')
            end++;
        if (end >= line.Length)
            return (line.Length, null);
        var codes = line[end] == 'm' ? line[(escape + 2)..end].Split(';').Select(code => int.TryParse(code, CultureInfo.InvariantCulture, out var n) ? n : 0).ToArray() : null;
        return (end + 1, codes);
    }

    private static string Printable(string text)
    {
        if (!text.Any(c => char.IsControl(c) && c != '\t'))
            return text;
        var printable = new StringBuilder(text.Length);
        foreach (var c in text.Where(c => !char.IsControl(c) || c == '\t'))
            printable.Append(c);
        return printable.ToString();
    }
}
