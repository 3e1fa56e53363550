namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>
/// Signed distances to outlines that fit the unit circle, negative inside: near enough to exact at the outline for
/// antialiasing. x to the right, y downwards.
/// </summary>
internal static class ShapeOutline
{
    private const float StarInner = 0.42f;

    public static float Distance(ShapeKind kind, float x, float y) => kind switch
    {
        ShapeKind.Ellipse => (Length(x, y / 0.66f) - 1) * 0.8f,
        ShapeKind.Square => Box(x, y, 0.84f, 0.84f),
        ShapeKind.Rectangle => Box(x, y, 1, 1),
        ShapeKind.Triangle => Triangle(x, y),
        ShapeKind.Pentagon => Polygon(x, y, 5, 0),
        ShapeKind.Hexagon => Polygon(x, y, 6, 0),
        ShapeKind.Octagon => Polygon(x, y, 8, MathF.PI / 8),
        ShapeKind.Diamond => (MathF.Abs(x) / 0.72f + MathF.Abs(y) - 1) * 0.58f,
        ShapeKind.Star => Star(x, y, 5, StarInner),
        ShapeKind.Sun => MathF.Min(Length(x, y) - 0.66f, Star(x, y, 12, 0.7f)),
        ShapeKind.Heart => Heart(MathF.Abs(x), y),
        ShapeKind.Ring => MathF.Abs(Length(x, y) - 0.76f) - 0.24f,
        ShapeKind.Cross => MathF.Min(Box(x, y, 0.95f, 0.32f), Box(x, y, 0.32f, 0.95f)),
        ShapeKind.Line => Box(x, y, 1, 0.07f),
        ShapeKind.Crescent => MathF.Max(Length(x, y) - 0.92f, 0.78f - Length(x - 0.42f, y)),
        ShapeKind.Cloud => Cloud(x, y),
        ShapeKind.Flower => Flower(x, y),
        _ => Length(x, y) - 1,
    };

    private static float Length(float x, float y) => MathF.Sqrt(x * x + y * y);

    private static float Box(float x, float y, float halfWidth, float halfHeight)
    {
        var (dx, dy) = (MathF.Abs(x) - halfWidth, MathF.Abs(y) - halfHeight);
        return Length(MathF.Max(dx, 0), MathF.Max(dy, 0)) + MathF.Min(MathF.Max(dx, dy), 0);
    }

    /// <summary>As tall as wide, on its base; the slanted edges run from (0, -1) to (±1, 0.85).</summary>
    private static float Triangle(float x, float y)
    {
        const float bottom = 0.85f;
        var slope = Length(1, 1 + bottom);
        return MathF.Max(y - bottom, (MathF.Abs(x) * (1 + bottom) - (y + 1)) / slope);
    }

    private static float Polygon(float x, float y, int corners, float turn)
    {
        var sector = MathF.Tau / corners;
        var angle = MathF.Atan2(x, -y) + turn;
        var folded = angle - sector * MathF.Round(angle / sector);
        return Length(x, y) * MathF.Cos(sector / 2 - MathF.Abs(folded)) - MathF.Cos(sector / 2);
    }

    /// <summary>Folded into half of one point, a star is bounded by one line from its tip to the notch beside it.</summary>
    private static float Star(float x, float y, int points, float inner)
    {
        var sector = MathF.Tau / points;
        var angle = MathF.Atan2(x, -y);
        var folded = MathF.Abs(angle - sector * MathF.Round(angle / sector));
        var radius = Length(x, y);
        var (along, across) = (radius * MathF.Cos(folded), radius * MathF.Sin(folded));
        var (notchAlong, notchAcross) = (inner * MathF.Cos(sector / 2), inner * MathF.Sin(sector / 2));
        var (lineX, lineY) = (notchAlong - 1, notchAcross);
        return ((along - 1) * -lineY + across * lineX) / -Length(lineX, lineY);
    }

    /// <summary>A square on its corner with a half circle on each upper edge.</summary>
    private static float Heart(float x, float y)
    {
        const float half = 0.5f;
        var (u, v) = ((x + y - 0.1f) * MathF.Sqrt(half), (x - y + 0.1f) * MathF.Sqrt(half));
        var square = MathF.Max(MathF.Abs(u), MathF.Abs(v)) - half * 1.1f;
        var lobe = Length(x - 0.39f, y + 0.29f) - 0.55f;
        return MathF.Min(square, lobe);
    }

    private static float Cloud(float x, float y)
    {
        var left = Length(x + 0.52f, y - 0.12f) - 0.34f;
        var middle = Length(x + 0.08f, y + 0.12f) - 0.46f;
        var right = Length(x - 0.5f, y - 0.08f) - 0.38f;
        return MathF.Min(MathF.Min(left, Box(x, y - 0.26f, 0.56f, 0.2f)), MathF.Min(middle, right));
    }

    private static float Flower(float x, float y)
    {
        const int petals = 6;
        var reach = 0.72f + 0.26f * MathF.Cos(petals * MathF.Atan2(x, -y));
        return (Length(x, y) - reach) * 0.6f;
    }
}
