using System.Globalization;

namespace GenAI.Gateway.Images;

/// <summary>Width and height in pixels.</summary>
internal readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>Of either side. Latent models work in blocks of <see cref="Multiple"/> pixels.</summary>
    public const int Min = 64;

    public const int Max = 2048;
    public const int Multiple = 16;

    public static string Expected { get; } = $"WIDTHxHEIGHT, each {Min} to {Max} and a multiple of {Multiple}, such as 1024x1024";

    public static bool TryParse(string text, out ImageSize size)
    {
        size = default;
        var x = text.IndexOf('x', StringComparison.Ordinal);
        if (x < 0 || !TryParseSide(text.AsSpan(0, x), out var width) || !TryParseSide(text.AsSpan(x + 1), out var height)) return false;
        size = new ImageSize(width, height);
        return true;
    }

    /// <summary>The size nearest to a picture's, of the same shape as far as <see cref="Multiple"/> allows. Example: 1000x3000 → 688x2048.</summary>
    public static ImageSize Nearest(int width, int height)
    {
        var scale = Math.Min(1, (double)Max / Math.Max(width, height));
        return new ImageSize(Side(width), Side(height));

        int Side(int side) => Math.Clamp((int)Math.Round(side * scale / Multiple) * Multiple, Min, Max);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    private static bool TryParseSide(ReadOnlySpan<char> text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= Min and <= Max && side % Multiple == 0;
}
