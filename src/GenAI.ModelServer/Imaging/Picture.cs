namespace GenAI.ModelServer.Imaging;

/// <summary>A finished image: 8-bit sRGB, interleaved R, G, B, rows from the top without padding. Not written to once made.</summary>
internal sealed class Picture
{
    /// <exception cref="ArgumentException">The buffer does not hold exactly width × height × 3 bytes.</exception>
    public Picture(int width, int height, byte[] rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (rgb.LongLength != 3L * width * height)
            throw new ArgumentException($"A {width}×{height} picture needs {3L * width * height} bytes; got {rgb.LongLength}.", nameof(rgb));

        Width = width;
        Height = height;
        Rgb = rgb;
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Rgb { get; }

    /// <summary>A part of it.</summary>
    public Picture Crop(int left, int top, int width, int height)
    {
        if (width == Width && height == Height) return this;
        var rgb = new byte[3 * width * height];
        for (var y = 0; y < height; y++) Rgb.AsSpan(3 * ((top + y) * Width + left), 3 * width).CopyTo(rgb.AsSpan(3 * y * width));
        return new Picture(width, height, rgb);
    }
}
