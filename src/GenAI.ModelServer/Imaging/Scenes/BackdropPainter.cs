namespace GenAI.ModelServer.Imaging.Scenes;

internal static class BackdropPainter
{
    /// <summary>Periods of a texture along the shorter side.</summary>
    private const float TexturePeriods = 8;

    private const double StarArea = 512 * 512;
    private const double StarHeight = 0.75;

    public static void Paint(Backdrop backdrop, ulong seed, Canvas canvas)
    {
        for (var y = 0; y < canvas.Height; y++)
        {
            var colour = ColourAt(backdrop, (y + 0.5f) / canvas.Height);
            canvas.FillRow(y, colour);
            if (backdrop.Texture is not (TextureKind.None or TextureKind.Gradient))
                PaintTexture(backdrop.Texture, y, backdrop.Accent ?? colour.Accent(), canvas);
        }

        PaintStars(backdrop, seed, canvas);
    }

    private static Rgb ColourAt(Backdrop backdrop, float height)
    {
        var stops = backdrop.Stops;
        for (var i = 1; i < stops.Length; i++)
        {
            var (above, below) = (stops[i - 1], stops[i]);
            if (height < below.Position)
                return Rgb.Mix(above.Colour, below.Colour, (height - above.Position) / (below.Position - above.Position));
        }

        return stops[^1].Colour;
    }

    private static void PaintTexture(TextureKind texture, int y, Rgb accent, Canvas canvas)
    {
        var pixel = TexturePeriods / canvas.Unit;
        for (var x = 0; x < canvas.Width; x++)
        {
            var share = Textures.Share(texture, x * pixel, y * pixel, pixel);
            if (share > 0)
                canvas.Blend(x, y, accent, share);
        }
    }

    private static void PaintStars(Backdrop backdrop, ulong seed, Canvas canvas)
    {
        var random = new SplitMix(~seed);
        var count = (int)(backdrop.Stars * Math.Min(4, canvas.Width * canvas.Height / StarArea));
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (random.Between(0, canvas.Width), random.Between(0, canvas.Height * StarHeight));
            var radius = canvas.Unit * random.Between(0.0012, 0.0045);
            PaintStar(x, y, Math.Max(radius, 0.6), (float)random.Between(0.5, 1), canvas);
        }
    }

    private static void PaintStar(double x, double y, double radius, float brightness, Canvas canvas)
    {
        for (var py = Math.Max(0, (int)(y - radius - 1)); py <= Math.Min(canvas.Height - 1, (int)(y + radius + 1)); py++)
        {
            for (var px = Math.Max(0, (int)(x - radius - 1)); px <= Math.Min(canvas.Width - 1, (int)(x + radius + 1)); px++)
            {
                var distance = Math.Sqrt((px + 0.5 - x) * (px + 0.5 - x) + (py + 0.5 - y) * (py + 0.5 - y));
                canvas.Blend(px, py, Rgb.White, brightness * (float)Math.Clamp(radius - distance + 0.5, 0, 1));
            }
        }
    }
}
