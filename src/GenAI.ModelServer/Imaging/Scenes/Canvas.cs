namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>Planar RGB in [-1, 1] to draw on.</summary>
internal readonly ref struct Canvas(int width, int height, Span<float> planes)
{
    private readonly Span<float> _red = planes[..(width * height)];
    private readonly Span<float> _green = planes.Slice(width * height, width * height);
    private readonly Span<float> _blue = planes.Slice(2 * width * height, width * height);

    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>The unit of a scene's lengths, in pixels.</summary>
    public int Unit { get; } = Math.Min(width, height);

    public void FillRow(int y, Rgb colour)
    {
        _red.Slice(y * Width, Width).Fill(2 * colour.R - 1);
        _green.Slice(y * Width, Width).Fill(2 * colour.G - 1);
        _blue.Slice(y * Width, Width).Fill(2 * colour.B - 1);
    }

    public void Blend(int x, int y, Rgb colour, float opacity)
    {
        var i = y * Width + x;
        _red[i] += (2 * colour.R - 1 - _red[i]) * opacity;
        _green[i] += (2 * colour.G - 1 - _green[i]) * opacity;
        _blue[i] += (2 * colour.B - 1 - _blue[i]) * opacity;
    }
}
