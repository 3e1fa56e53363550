using System.Globalization;

namespace GenAI.Gateway.OpenAI.Images;

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

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    private static bool TryParseSide(ReadOnlySpan<char> text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= Min and <= Max && side % Multiple == 0;
}
