namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>How much of the second colour a texture shows at a point, 0..1, softly enough not to alias.</summary>
internal static class Textures
{
    /// <param name="kind">The texture.</param>
    /// <param name="x">In units of the texture's period.</param>
    /// <param name="y">In units of the texture's period.</param>
    /// <param name="pixel">The size of a pixel in the same units.</param>
    public static float Share(TextureKind kind, float x, float y, float pixel) => kind switch
    {
        TextureKind.Stripes => Soft(Wave(x + y), pixel),
        TextureKind.Dots => Soft(0.3f - MathF.Sqrt(Square(Centred(x)) + Square(Centred(y))), pixel),
        TextureKind.Checker => Checker(Soft(Wave(x / 2) * 2, pixel), Soft(Wave(y / 2) * 2, pixel)),
        TextureKind.Waves => Soft(Wave(y + 0.18f * MathF.Sin(MathF.Tau * x / 2)), pixel),
        TextureKind.Speckle => Speckle(x, y),
        _ => 0,
    };

    /// <summary>A triangle wave of period 1, -0.25..0.25, positive in the first half.</summary>
    private static float Wave(float t)
    {
        var phase = t - MathF.Floor(t);
        return phase < 0.5f ? 0.25f - MathF.Abs(phase - 0.25f) : MathF.Abs(phase - 0.75f) - 0.25f;
    }

    private static float Checker(float column, float row) => column * row + (1 - column) * (1 - row);

    private static float Centred(float t) => t - MathF.Floor(t) - 0.5f;

    private static float Soft(float signedDistance, float pixel) => Math.Clamp(signedDistance / pixel + 0.5f, 0, 1);

    /// <summary>Value noise at a twelfth of the period.</summary>
    private static float Speckle(float x, float y)
    {
        const int grains = 12;
        var (gx, gy) = (MathF.Floor(x * grains), MathF.Floor(y * grains));
        var (fx, fy) = (x * grains - gx, y * grains - gy);
        var upper = float.Lerp(Grain(gx, gy), Grain(gx + 1, gy), fx);
        var lower = float.Lerp(Grain(gx, gy + 1), Grain(gx + 1, gy + 1), fx);
        return 0.6f * float.Lerp(upper, lower, fy);
    }

    private static float Grain(float x, float y) => (SplitMix.Mix((ulong)(uint)(int)x << 32 | (uint)(int)y) >> 40) * (1f / (1 << 24));

    private static float Square(float value) => value * value;
}
