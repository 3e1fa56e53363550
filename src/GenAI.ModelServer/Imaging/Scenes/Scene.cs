using System.Collections.Immutable;

namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>What a prompt asks for, before anything is given a place.</summary>
/// <param name="Backdrop">Behind everything; null only where the prompt has nothing to draw.</param>
/// <param name="Groups">Furthest back first.</param>
/// <param name="Mood">A hash of the words that were not understood; 0 for none.</param>
/// <param name="IsInvented">No word was understood, and the picture comes from <paramref name="Mood"/> alone.</param>
internal sealed record Scene(Backdrop? Backdrop, ImmutableArray<ShapeGroup> Groups, ulong Mood, bool IsInvented)
{
    public static Scene Empty { get; } = new(null, [], 0, false);

    public bool IsEmpty => Backdrop is null;
}

/// <summary>One colour from the given height (0 top, 1 bottom) of a vertical gradient.</summary>
internal readonly record struct GradientStop(float Position, Rgb Colour);

/// <param name="Stops">At least one, descending the picture; two at one height make a horizon.</param>
/// <param name="Texture">Drawn over the gradient in its accent colours.</param>
/// <param name="Accent">The texture's second colour; null takes a relative of the first.</param>
/// <param name="Stars">Points of light in the upper part, for a picture of 512 × 512.</param>
/// <param name="IsScenery">Sky and ground, where a sun belongs at the top and a house at the bottom.</param>
internal sealed record Backdrop(
    ImmutableArray<GradientStop> Stops, TextureKind Texture = TextureKind.None, Rgb? Accent = null, int Stars = 0, bool IsScenery = false)
{
    public static Backdrop Plain(Rgb colour) => new([new(0, colour.Lighter(0.04f)), new(1, colour.Darker(0.04f))]);
}

/// <summary>Some shapes of one kind.</summary>
/// <param name="Kind">The shape.</param>
/// <param name="Count">How many.</param>
/// <param name="Colours">First the fill, then the texture's second colour; empty leaves the choice to <see cref="SceneLayout"/>.</param>
/// <param name="Size">Relative to the usual: 1.</param>
/// <param name="Texture">How the fill is broken up.</param>
/// <param name="Region">Where they go.</param>
/// <param name="HoldsNext">The following group is drawn inside this one.</param>
internal sealed record ShapeGroup(
    ShapeKind Kind, int Count, ImmutableArray<Rgb> Colours, double Size, TextureKind Texture, Region Region, bool HoldsNext = false);

/// <summary>Part of the picture; sides combine to corners, and none means wherever there is room.</summary>
[Flags]
internal enum Region
{
    Anywhere = 0,
    Left = 1,
    Right = 2,
    Top = 4,
    Bottom = 8,
    Centre = 16,
    Scattered = 32,
}

internal enum TextureKind
{
    None,
    Stripes,
    Dots,
    Checker,
    Waves,
    Speckle,
    Gradient,
}

internal enum ShapeKind
{
    Circle,
    Ellipse,
    Square,
    Rectangle,
    Triangle,
    Pentagon,
    Hexagon,
    Octagon,
    Diamond,
    Star,
    Heart,
    Ring,
    Cross,
    Line,
    Crescent,
    Cloud,
    Sun,
    Flower,
    House,
    Tree,
    Mountain,
}
