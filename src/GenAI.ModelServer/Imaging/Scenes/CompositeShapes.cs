namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>Things that are drawn from several simple shapes.</summary>
internal static class CompositeShapes
{
    private const double RectangleHeight = 0.6;

    private static readonly Rgb Bark = Rgb.FromHex(0x6B4423);
    private static readonly Rgb Roof = Rgb.FromHex(0x9C3B2E);
    private static readonly Rgb Door = Rgb.FromHex(0x5A3A22);
    private static readonly Rgb Window = Rgb.FromHex(0xBFE3F5);
    private static readonly Rgb Snow = Rgb.FromHex(0xF7FAFD);
    private static readonly Rgb Pollen = Rgb.FromHex(0xFFD23A);

    /// <summary>Adds the shape, or its parts, furthest back first.</summary>
    public static void Expand(PlacedShape shape, List<PlacedShape> parts)
    {
        switch (shape.Kind)
        {
            case ShapeKind.House:
                AddHouse(shape, parts);
                break;
            case ShapeKind.Tree:
                AddTree(shape, parts);
                break;
            case ShapeKind.Mountain:
                AddMountain(shape, parts);
                break;
            case ShapeKind.Flower:
                parts.Add(shape);
                parts.Add(Part(shape, ShapeKind.Circle, 0, 0, 0.3, shape.Fill == Pollen ? Door : Pollen));
                break;
            case ShapeKind.Rectangle:
                parts.Add(shape with { Radius = shape.Radius * RectangleHeight, Stretch = 1 / RectangleHeight });
                break;
            default:
                parts.Add(shape);
                break;
        }
    }

    private static void AddHouse(PlacedShape house, List<PlacedShape> parts)
    {
        parts.Add(Part(house, ShapeKind.Rectangle, 0, 0.42, 0.58, house.Fill, 1.35) with { HasShadow = true, Texture = house.Texture });
        parts.Add(Part(house, ShapeKind.Triangle, 0, -0.3, 0.62, Roof, 1.75));
        parts.Add(Part(house, ShapeKind.Rectangle, 0, 0.68, 0.32, Door, 0.55));
        parts.Add(Part(house, ShapeKind.Square, -0.45, 0.4, 0.16, Window));
        parts.Add(Part(house, ShapeKind.Square, 0.45, 0.4, 0.16, Window));
    }

    private static void AddTree(PlacedShape tree, List<PlacedShape> parts)
    {
        parts.Add(Part(tree, ShapeKind.Rectangle, 0, 0.62, 0.38, Bark, 0.32));
        foreach (var (x, y, radius) in ((double, double, double)[])[(-0.34, -0.02, 0.42), (0.34, -0.02, 0.42), (0, -0.42, 0.5), (0, 0.02, 0.44)])
            parts.Add(Part(tree, ShapeKind.Circle, x, y, radius, tree.Fill) with { Texture = tree.Texture });
    }

    private static void AddMountain(PlacedShape mountain, List<PlacedShape> parts)
    {
        parts.Add(Part(mountain, ShapeKind.Triangle, 0, 0.1, 1.1, mountain.Fill, 1.3) with { HasShadow = true, Texture = mountain.Texture });
        parts.Add(Part(mountain, ShapeKind.Triangle, 0, -0.66, 0.34, Snow, 1.3));
    }

    private static PlacedShape Part(PlacedShape whole, ShapeKind kind, double x, double y, double radius, Rgb fill, double stretch = 1) => new(
        kind, whole.X + x * whole.Radius, whole.Y + y * whole.Radius, radius * whole.Radius, fill, TextureKind.None, fill.Accent(), 0, stretch, HasShadow: false);
}
