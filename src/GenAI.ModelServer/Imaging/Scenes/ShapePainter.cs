namespace GenAI.ModelServer.Imaging.Scenes;

internal static class ShapePainter
{
    private const float ShadowOpacity = 0.28f;
    private const float ShadowOffset = 0.05f;
    private const float ShadowBlur = 0.14f;

    /// <summary>Lighter above and darker below, so that flat shapes have some body.</summary>
    private const float Shading = 0.09f;

    private const float TexturePeriod = 0.34f;

    public static void Paint(PlacedShape shape, Canvas canvas)
    {
        var (x, y, radius) = ((float)(shape.X * canvas.Unit), (float)(shape.Y * canvas.Unit), (float)(shape.Radius * canvas.Unit));
        var reach = radius * (float)Math.Max(1, shape.Stretch) * 1.3f + 2;
        var (sine, cosine) = MathF.SinCos((float)shape.Angle);
        var pixel = 1 / radius;
        var (top, bottom) = (Math.Max(0, (int)(y - reach)), Math.Min(canvas.Height - 1, (int)(y + reach)));
        var (left, right) = (Math.Max(0, (int)(x - reach)), Math.Min(canvas.Width - 1, (int)(x + reach)));
        for (var row = top; row <= bottom; row++)
        {
            for (var column = left; column <= right; column++)
            {
                var (dx, dy) = ((column + 0.5f - x) * pixel, (row + 0.5f - y) * pixel);
                var (u, v) = (dx * cosine + dy * sine, dy * cosine - dx * sine);
                PaintPixel(shape, u, v, pixel, column, row, canvas);
            }
        }
    }

    private static void PaintPixel(PlacedShape shape, float u, float v, float pixel, int column, int row, Canvas canvas)
    {
        var coverage = Math.Clamp(0.5f - Distance(shape, u, v) / pixel, 0, 1);
        if (coverage < 1 && shape.HasShadow)
        {
            var shadow = Math.Clamp(0.5f - Distance(shape, u - ShadowOffset, v - ShadowOffset) / ShadowBlur, 0, 1);
            if (shadow > 0)
                canvas.Blend(column, row, Rgb.Black, ShadowOpacity * shadow);
        }

        if (coverage > 0)
            canvas.Blend(column, row, Colour(shape, u, v, pixel), coverage);
    }

    private static float Distance(PlacedShape shape, float u, float v)
    {
        var stretch = (float)shape.Stretch;
        return ShapeOutline.Distance(shape.Kind, u / stretch, v) * Math.Min(1, stretch);
    }

    private static Rgb Colour(PlacedShape shape, float u, float v, float pixel)
    {
        var share = shape.Texture == TextureKind.Gradient
            ? Math.Clamp((v + 1) / 2, 0, 1)
            : Textures.Share(shape.Texture, u / TexturePeriod, v / TexturePeriod, pixel / TexturePeriod);
        var colour = share > 0 ? Rgb.Mix(shape.Fill, shape.Accent, share) : shape.Fill;
        return v < 0 ? colour.Lighter(-v * Shading) : colour.Darker(v * Shading);
    }
}
