namespace GenAI.ModelServer.Imaging;

/// <summary>
/// Planes in another size, by ComfyUI's methods. Each is separable: rows first, then columns, every new sample a weighted sum of old ones.
/// <c>bilinear</c> and <c>bicubic</c> (a = -0.75) interpolate between sample centres as PyTorch's interpolate does without antialiasing,
/// <c>area</c> averages what a new sample covers, <c>lanczos</c> (a = 3) widens its window when it shrinks, as Pillow does.
/// </summary>
internal static class Resampling
{
    private const double LanczosRadius = 3;
    private const double CubicA = -0.75;

    public static IReadOnlyList<string> Methods { get; } = ["nearest-exact", "bilinear", "area", "bicubic", "lanczos"];

    /// <exception cref="ArgumentException">The method is unknown.</exception>
    public static float[] Resize(ReadOnlySpan<float> plane, int width, int height, int newWidth, int newHeight, string method)
    {
        var (columns, rows) = (Taps(width, newWidth, method), Taps(height, newHeight, method));
        var wide = new float[newWidth * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < newWidth; x++) wide[y * newWidth + x] = Sum(columns[x], plane[(y * width)..], 1);
        }

        var resized = new float[newWidth * newHeight];
        for (var y = 0; y < newHeight; y++)
        {
            for (var x = 0; x < newWidth; x++) resized[y * newWidth + x] = Sum(rows[y], wide.AsSpan(x), newWidth);
        }

        return resized;
    }

    public static Picture Resize(Picture picture, int newWidth, int newHeight, string method)
    {
        if (picture.Width == newWidth && picture.Height == newHeight) return picture;
        var rgb = new byte[3 * newWidth * newHeight];
        var plane = new float[picture.Width * picture.Height];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var i = 0; i < plane.Length; i++) plane[i] = picture.Rgb[3 * i + channel];
            var resized = Resize(plane, picture.Width, picture.Height, newWidth, newHeight, method);
            for (var i = 0; i < resized.Length; i++) rgb[3 * i + channel] = (byte)Math.Clamp(MathF.Round(resized[i]), 0, byte.MaxValue);
        }

        return new Picture(newWidth, newHeight, rgb);
    }

    private static float Sum(Tap tap, ReadOnlySpan<float> samples, int stride)
    {
        float sum = 0;
        for (var i = 0; i < tap.Weights.Length; i++) sum += tap.Weights[i] * samples[(tap.First + i) * stride];
        return sum;
    }

    private static Tap[] Taps(int size, int newSize, string method)
    {
        var taps = new Tap[newSize];
        var scale = (double)size / newSize;
        for (var i = 0; i < newSize; i++)
        {
            var centre = (i + 0.5) * scale;
            taps[i] = method switch
            {
                "nearest-exact" => new Tap(Math.Min((int)centre, size - 1), [1]),
                "area" => Area(i, size, newSize),
                "bilinear" => Window(Math.Max(centre - 0.5, 0), 1, 1, size, distance => 1 - distance),
                "bicubic" => Window(centre - 0.5, 2, 1, size, Cubic),
                "lanczos" => Window(centre - 0.5, LanczosRadius, Math.Max(scale, 1), size, Lanczos),
                _ => throw new ArgumentException($"Unknown method '{method}'; known: {string.Join(", ", Methods)}.", nameof(method)),
            };
        }

        return taps;
    }

    private static Tap Area(int index, int size, int newSize)
    {
        var first = (int)((long)index * size / newSize);
        var count = (int)(((long)(index + 1) * size + newSize - 1) / newSize) - first;
        return new Tap(first, [.. Enumerable.Repeat(1f / count, count)]);
    }

    /// <summary>Samples beyond the edge count as the edge's.</summary>
    private static Tap Window(double at, double radius, double stretch, int size, Func<double, double> kernel)
    {
        var (low, high) = ((int)Math.Ceiling(at - radius * stretch), (int)Math.Floor(at + radius * stretch));
        var first = Math.Clamp(low, 0, size - 1);
        var weights = new double[Math.Clamp(high, 0, size - 1) - first + 1];
        for (var i = low; i <= high; i++) weights[Math.Clamp(i, 0, size - 1) - first] += kernel(Math.Abs(i - at) / stretch);
        var sum = weights.Sum();
        return new Tap(first, [.. weights.Select(weight => (float)(weight / sum))]);
    }

    /// <summary>Keys 1981, "Cubic convolution interpolation for digital image processing", equation 4.</summary>
    private static double Cubic(double x) => x switch
    {
        < 1 => ((CubicA + 2) * x - (CubicA + 3)) * x * x + 1,
        < 2 => CubicA * (((x - 5) * x + 8) * x - 4),
        _ => 0,
    };

    private static double Lanczos(double x) => x >= LanczosRadius ? 0 : Sinc(x) * Sinc(x / LanczosRadius);

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private readonly record struct Tap(int First, float[] Weights);
}
