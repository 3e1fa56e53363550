using System.Collections.Immutable;

namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>An abstract poster for a prompt of which no word is known: the same words give the same palette and motifs.</summary>
internal static class InventedScene
{
    private static readonly ShapeKind[] Motifs =
        [ShapeKind.Circle, ShapeKind.Ring, ShapeKind.Triangle, ShapeKind.Square, ShapeKind.Hexagon, ShapeKind.Ellipse, ShapeKind.Diamond, ShapeKind.Flower];

    private static readonly TextureKind[] Textures =
        [TextureKind.None, TextureKind.None, TextureKind.Gradient, TextureKind.Stripes, TextureKind.Dots, TextureKind.Waves];

    public static Scene From(ulong mood)
    {
        var random = new SplitMix(mood);
        var palette = Palette(ref random);
        var backdrop = new Backdrop([new(0, palette[0]), new(0.6f, palette[1]), new(1, palette[2])]);
        ImmutableArray<ShapeGroup> groups =
        [
            Motif(ref random, palette, 2, 1.9),
            Motif(ref random, palette, 3, 1.1),
            Motif(ref random, palette, 5, 0.5),
        ];
        return new Scene(backdrop, groups, mood, IsInvented: true);
    }

    /// <summary>Three near hues for the backdrop, then their complements and two lights for the motifs.</summary>
    private static Rgb[] Palette(ref SplitMix random)
    {
        var hue = random.NextDouble();
        var spread = random.Between(0.04, 0.12);
        var lightness = random.Between(0.25, 0.6);
        return
        [
            Rgb.FromHsl(hue, 0.55, lightness), Rgb.FromHsl(hue + spread, 0.6, lightness + 0.15), Rgb.FromHsl(hue + 2 * spread, 0.65, lightness + 0.05),
            Rgb.FromHsl(hue + 0.5, 0.75, 0.55), Rgb.FromHsl(hue + 0.5 + spread, 0.8, 0.65), Rgb.FromHsl(hue - spread, 0.5, 0.85), Rgb.FromHsl(hue + 0.45, 0.5, 0.25),
        ];
    }

    private static ShapeGroup Motif(ref SplitMix random, Rgb[] palette, int count, double size)
    {
        ReadOnlySpan<Rgb> colours = palette.AsSpan(3);
        return new ShapeGroup(
            random.Pick<ShapeKind>(Motifs), count, [random.Pick(colours), random.Pick(colours)], size, random.Pick<TextureKind>(Textures), Region.Scattered);
    }
}
