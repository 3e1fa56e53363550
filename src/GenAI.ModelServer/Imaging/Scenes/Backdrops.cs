namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>The backdrop of a prompt that names none.</summary>
internal static class Backdrops
{
    private const double TexturedShare = 0.5;

    private static readonly Rgb Paper = Rgb.FromHex(0xF1EDE4);
    private static readonly Rgb Slate = Rgb.FromHex(0x262B38);

    public static Backdrop For(IReadOnlyList<ShapeGroup> groups, ulong mood)
    {
        if (groups.Any(group => group.Kind is ShapeKind.Crescent) && groups.All(group => IsOutdoors(group.Kind)))
            return Sceneries.Night;
        if (groups.Any(group => IsOutdoors(group.Kind)))
            return Sceneries.Day;
        return mood == 0 ? Plain(Neutral(groups)) : Moody(Neutral(groups), mood);
    }

    /// <summary>Paper, or slate where the shapes are too light to show on paper.</summary>
    public static Rgb Neutral(IReadOnlyList<ShapeGroup> groups)
    {
        var colours = groups.SelectMany(group => group.Colours.Take(1)).ToArray();
        return colours.Length > 0 && colours.Average(colour => colour.Luma) > 0.72f ? Slate : Paper;
    }

    private static bool IsOutdoors(ShapeKind kind) =>
        kind is ShapeKind.Sun or ShapeKind.Cloud or ShapeKind.House or ShapeKind.Tree or ShapeKind.Mountain or ShapeKind.Crescent;

    private static Backdrop Plain(Rgb colour) => new([new(0, colour.Lighter(0.03f)), new(1, colour.Darker(0.08f))]);

    private static Backdrop Moody(Rgb neutral, ulong mood)
    {
        var random = new SplitMix(mood);
        var tint = Rgb.FromHsl(random.NextDouble(), 0.6, neutral.Luma > 0.5f ? 0.75 : 0.3);
        var colour = Rgb.Mix(neutral, tint, 0.45f);
        var texture = random.NextDouble() < TexturedShare ? random.Pick([TextureKind.Waves, TextureKind.Dots, TextureKind.Stripes]) : TextureKind.None;
        return Plain(colour) with { Texture = texture, Accent = Rgb.Mix(colour, tint, 0.35f) };
    }
}
