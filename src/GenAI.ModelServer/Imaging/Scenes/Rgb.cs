namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>An sRGB colour, 0..1 a channel.</summary>
internal readonly record struct Rgb(float R, float G, float B)
{
    public static Rgb Black { get; } = new(0, 0, 0);

    public static Rgb White { get; } = new(1, 1, 1);

    /// <summary>Perceived lightness (the luma of ITU-R BT.601).</summary>
    public float Luma => 0.299f * R + 0.587f * G + 0.114f * B;

    public static Rgb FromHex(int hex) => new((hex >> 16 & 0xFF) / 255f, (hex >> 8 & 0xFF) / 255f, (hex & 0xFF) / 255f);

    /// <param name="hue">Turns: 0 red, 1/3 green, 2/3 blue.</param>
    /// <param name="saturation">0..1.</param>
    /// <param name="lightness">0..1.</param>
    public static Rgb FromHsl(double hue, double saturation, double lightness)
    {
        var reach = saturation * Math.Min(lightness, 1 - lightness);
        return new(Channel(0), Channel(8), Channel(4));

        float Channel(int offset)
        {
            var k = (offset + 12 * (hue - Math.Floor(hue))) % 12;
            return (float)(lightness - reach * Math.Clamp(Math.Min(k - 3, 9 - k), -1, 1));
        }
    }

    public static Rgb Mix(Rgb from, Rgb to, float amount) =>
        new(float.Lerp(from.R, to.R, amount), float.Lerp(from.G, to.G, amount), float.Lerp(from.B, to.B, amount));

    public Rgb Darker(float amount) => Mix(this, Black, amount);

    public Rgb Lighter(float amount) => Mix(this, White, amount);

    /// <summary>A lighter or darker relative that shows against this colour.</summary>
    public Rgb Accent() => Luma > 0.6f ? Darker(0.3f) : Lighter(0.35f);
}
