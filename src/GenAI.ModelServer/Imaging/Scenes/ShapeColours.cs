namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>The colours of shapes: the prompt's, else the usual ones of a thing, else some that show against the backdrop.</summary>
internal sealed class ShapeColours(Scene scene, ulong seed)
{
    private const int Candidates = 8;
    private const float Distinct = 0.4f;

    public (Rgb Fill, Rgb Accent) Of(ShapeGroup group, int index)
    {
        var fill = group.Colours.Length > 0 ? group.Colours[0] : Usual(group.Kind) ?? Chosen(index);
        return (fill, group.Colours.Length > 1 ? group.Colours[1] : fill.Accent());
    }

    private static Rgb? Usual(ShapeKind kind) => kind switch
    {
        ShapeKind.Sun => Rgb.FromHex(0xFFD23A),
        ShapeKind.Star => Rgb.FromHex(0xFFD84A),
        ShapeKind.Crescent => Rgb.FromHex(0xF6EFC8),
        ShapeKind.Cloud => Rgb.FromHex(0xFBFCFE),
        ShapeKind.Heart => Rgb.FromHex(0xE0243C),
        ShapeKind.Flower => Rgb.FromHex(0xF06AA0),
        ShapeKind.House => Rgb.FromHex(0xE8C79A),
        ShapeKind.Tree => Rgb.FromHex(0x2E8B44),
        ShapeKind.Mountain => Rgb.FromHex(0x6B7A90),
        _ => null,
    };

    /// <summary>The first of some hues, drawn by the seed and the words not understood, that shows against the backdrop.</summary>
    private Rgb Chosen(int index)
    {
        var random = new SplitMix(SplitMix.Mix(scene.Mood ^ seed) + (ulong)index);
        var backdrop = scene.Backdrop!.Stops[scene.Backdrop.Stops.Length / 2].Colour;
        var hues = new double[Candidates];
        foreach (ref var hue in hues.AsSpan())
            hue = random.NextDouble();
        return hues.Select(hue => Rgb.FromHsl(hue, 0.72, 0.52)).OrderByDescending(colour => Distance(colour, backdrop) > Distinct).First();
    }

    private static float Distance(Rgb a, Rgb b) => Square(a.R - b.R) + Square(a.G - b.G) + Square(a.B - b.B) + Square(a.Luma - b.Luma);

    private static float Square(float value) => value * value;
}
