namespace GenAI.ModelServer.Imaging.Png;

/// <summary>A sub-image: its pixel (0, 0) lies at (X, Y) of the picture, and its pixels StepX and StepY apart.</summary>
internal readonly record struct PngPass(int X, int Y, int StepX, int StepY, int Width, int Height);

/// <summary>The sub-images that a file's data holds one after another: the whole picture, or Adam7's seven (section 8.1).</summary>
internal static class PngPasses
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Passes without pixels are left out, as in the data.</summary>
    public static IEnumerable<PngPass> Of(PngHeader header) => header.Interlaced
        ? Adam7
            .Select(grid => new PngPass(
                grid.X, grid.Y, grid.StepX, grid.StepY, Count(header.Width, grid.X, grid.StepX), Count(header.Height, grid.Y, grid.StepY)))
            .Where(pass => pass is { Width: > 0, Height: > 0 })
        : [new PngPass(0, 0, 1, 1, header.Width, header.Height)];

    /// <summary>Bytes of the inflated image data: each row has a filter byte in front.</summary>
    /// <exception cref="InvalidDataException">More than one array can hold.</exception>
    public static int TotalBytes(PngHeader header)
    {
        var total = Of(header).Sum(pass => (1L + header.RowBytes(pass.Width)) * pass.Height);
        return total <= Array.MaxLength ? (int)total : throw new InvalidDataException($"PNG: {total} bytes of image data are too many.");
    }

    private static int Count(int size, int first, int step) => size <= first ? 0 : (size - first + step - 1) / step;
}
