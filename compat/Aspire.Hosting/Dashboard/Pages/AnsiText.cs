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

    private static readonly (int R, int G, int B)[] Sixteen =
    [
        (0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0), (0, 0, 128), (128, 0, 128), (0, 128, 128), (192, 192, 192),
        (128, 128, 128), (255, 0, 0), (0, 255, 0), (255, 255, 0), (0, 0, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
    ];

    public static Html ToHtml(string line)
    {
        if (!line.Contains(Escape, StringComparison.Ordinal))
            return Html.Of($"{Printable(line)}");
        var pieces = new List<Html>();
        var style = default(Style);
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

    private static int Nearest(int r, int g, int b)
        => Enumerable.Range(0, Sixteen.Length).MinBy(i =>
            ((Sixteen[i].R - r) * (Sixteen[i].R - r)) + ((Sixteen[i].G - g) * (Sixteen[i].G - g)) + ((Sixteen[i].B - b) * (Sixteen[i].B - b)));

    /// <summary>Colours 16 to 231 are a cube with six steps an edge, 232 to 255 greys.</summary>
    private static int OfPalette(int index)
    {
        if (index < 16)
            return Math.Max(index, 0);
        if (index >= 232)
            return Nearest(8 + (10 * (index - 232)), 8 + (10 * (index - 232)), 8 + (10 * (index - 232)));
        int[] steps = [0, 95, 135, 175, 215, 255];
        return Nearest(steps[(index - 16) / 36], steps[(index - 16) / 6 % 6], steps[(index - 16) % 6]);
    }

    /// <summary>Colours count from 1, so that 0 is none.</summary>
    private readonly record struct Style(int Foreground, int Background, bool Bold, bool Dim, bool Italic, bool Underline)
    {
        public string Class()
        {
            var names = new List<string>();
            if (Foreground > 0)
                names.Add($"f{Foreground - 1}");
            if (Background > 0)
                names.Add($"b{Background - 1}");
            if (Bold)
                names.Add("bold");
            if (Dim)
                names.Add("dim");
            if (Italic)
                names.Add("italic");
            if (Underline)
                names.Add("underline");
            return string.Join(' ', names);
        }

        public Style After(int[] codes)
        {
            var style = this;
            for (var i = 0; i < codes.Length; i++)
            {
                style = codes[i] switch
                {
                    0 => default,
                    1 => style with { Bold = true },
                    2 => style with { Dim = true },
                    3 => style with { Italic = true },
                    4 => style with { Underline = true },
                    22 => style with { Bold = false, Dim = false },
                    23 => style with { Italic = false },
                    24 => style with { Underline = false },
                    >= 30 and <= 37 => style with { Foreground = codes[i] - 29 },
                    38 => style with { Foreground = Extended(codes, ref i) },
                    39 => style with { Foreground = 0 },
                    >= 40 and <= 47 => style with { Background = codes[i] - 39 },
                    48 => style with { Background = Extended(codes, ref i) },
                    49 => style with { Background = 0 },
                    >= 90 and <= 97 => style with { Foreground = codes[i] - 81 },
                    >= 100 and <= 107 => style with { Background = codes[i] - 91 },
                    _ => style,
                };
            }

            return style;
        }

        private static int Extended(int[] codes, ref int i)
        {
            if (i + 2 < codes.Length && codes[i + 1] == 5)
                return OfPalette(codes[i += 2]) + 1;
            if (i + 4 >= codes.Length || codes[i + 1] != 2)
                return 0;
            i += 4;
            return Nearest(codes[i - 2], codes[i - 1], codes[i]) + 1;
        }
    }
}
