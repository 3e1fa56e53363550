namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>How text on a terminal looks at one place. Colours count from 1, so that 0 is none.</summary>
internal readonly record struct AnsiStyle(int Foreground, int Background, bool Bold, bool Dim, bool Italic, bool Underline)
{
    private static readonly (int R, int G, int B)[] Sixteen =
    [
        (0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0), (0, 0, 128), (128, 0, 128), (0, 128, 128), (192, 192, 192),
        (128, 128, 128), (255, 0, 0), (0, 255, 0), (255, 255, 0), (0, 0, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
    ];

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

    public AnsiStyle After(int[] codes)
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
}
