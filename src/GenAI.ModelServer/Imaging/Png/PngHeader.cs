namespace GenAI.ModelServer.Imaging.Png;

internal enum PngColour
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    RgbAlpha = 6,
}

/// <summary>The IHDR chunk, checked.</summary>
internal sealed record PngHeader(int Width, int Height, int BitDepth, PngColour Colour, bool Interlaced)
{
    public int Channels => Colour switch
    {
        PngColour.Grey or PngColour.Palette => 1,
        PngColour.GreyAlpha => 2,
        PngColour.Rgb => 3,
        _ => 4,
    };

    public bool HasAlpha => Colour is PngColour.GreyAlpha or PngColour.RgbAlpha;

    /// <summary>Bytes from a sample to the one the filters compare it with; 1 where several pixels share a byte.</summary>
    public int FilterDistance => Math.Max(1, Channels * BitDepth / 8);

    /// <summary>Bytes of a row of so many pixels, without its filter byte.</summary>
    public int RowBytes(int width) => (int)(((long)width * Channels * BitDepth + 7) / 8);

    /// <exception cref="InvalidDataException">A field is invalid, or the picture is larger than the limits.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> data, PictureLimits limits)
    {
        if (data.Length != PngFormat.HeaderLength)
            throw new InvalidDataException($"PNG: the IHDR chunk has {data.Length} bytes instead of {PngFormat.HeaderLength}.");

        var header = new PngHeader(PngFormat.ReadInt(data), PngFormat.ReadInt(data[4..]), data[8], (PngColour)data[9], data[12] == 1);
        if (!header.IsAllowedDepth())
            throw new InvalidDataException($"PNG: colour type {data[9]} with {data[8]} bits per sample does not exist.");
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw new InvalidDataException($"PNG: unknown compression {data[10]}, filter {data[11]} or interlace method {data[12]}.");

        header.CheckSize(limits);
        return header;
    }

    private bool IsAllowedDepth() => Colour switch
    {
        PngColour.Grey => BitDepth is 1 or 2 or 4 or 8 or 16,
        PngColour.Palette => BitDepth is 1 or 2 or 4 or 8,
        PngColour.Rgb or PngColour.GreyAlpha or PngColour.RgbAlpha => BitDepth is 8 or 16,
        _ => false,
    };

    private void CheckSize(PictureLimits limits)
    {
        if (Width < 1 || Height < 1)
            throw new InvalidDataException($"PNG: the size {Width}×{Height} is not positive.");
        if (Width > limits.MaxSide || Height > limits.MaxSide || (long)Width * Height > limits.MaxPixels)
        {
            throw new InvalidDataException(
                $"PNG: {Width}×{Height} is too large; at most {limits.MaxSide} a side and {limits.MaxPixels} pixels are accepted.");
        }
    }
}
