namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>How an estimate is put together in one band of detail: Gain × the noisy image + Share × the prompt's mean image.</summary>
internal readonly record struct BandWeights(float Gain, float Share);

/// <summary>
/// What images are assumed to look like around the mean that the prompt gives: in each band of a pyramid a Gaussian
/// deviation whose size falls with the wavelength, as in natural images (power law, Ruderman and Bialek 1994). It becomes
/// the seed's own clouds and grain.
/// <para>
/// For a band of deviation s, noise of level σ·2⁻ᵏ (k halvings average it) and mean μ, the posterior mean is g·x + (1-g)·μ with
/// g = s²/(s² + (σ2⁻ᵏ)²). A trained network cannot know fine detail while noise hides it, and so shows its average: detail
/// appears from coarse to fine (Rissanen et al. 2023, arXiv 2206.13397; Dieleman 2024, "Diffusion is spectral autoregression"). A known μ
/// would give it away at once. So μ fades in as ρ²/(ρ² + (σ2⁻ᵏ)²), a modelling choice, divided by what the exact solution of
/// dx/dσ = (x - D)/σ then makes of it, so that an infinitely fine schedule ends at μ exactly and a coarse one falls short.
/// </para>
/// </summary>
internal sealed class DetailPrior
{
    /// <summary>
    /// Deviation, per RGB channel in [-1, 1], of a band whose wavelength is an eighth of the picture's side. Longer waves are
    /// held down, against nature: they would shift the colours that a prompt names.
    /// </summary>
    private const double LightnessDeviation = 0.04;

    /// <summary>Of the opponent-colour planes, relative to lightness: natural images vary far less in colour.</summary>
    private const double ColourRatio = 0.25;

    private const double ReferenceWavelength = 1 / 8.0;

    /// <summary>ρ is this many deviations...</summary>
    private const double RevealRatio = 2.5;

    /// <summary>...but at least this σ: well above the lowest of any schedule, which must show the finest detail.</summary>
    private const double LowestReveal = 0.35;

    private const double DefaultGuidance = 3.5;

    private readonly double _lightness;
    private readonly double[] _relative;

    /// <param name="pyramid">The picture's resolutions.</param>
    /// <param name="guidance">Distilled guidance: the deviation is inversely proportional to it.</param>
    public DetailPrior(Pyramid pyramid, double? guidance)
    {
        var side = Math.Min(pyramid.Sizes[0].Width, pyramid.Sizes[0].Height);
        _lightness = LightnessDeviation * Math.Sqrt(Latent.Planes) * Math.Clamp(DefaultGuidance / (guidance ?? DefaultGuidance), 0.5, 2);
        _relative = [.. pyramid.Sizes.Select((_, level) => (1 << level) / (ReferenceWavelength * side)).Select(wavelength => Math.Min(Math.Sqrt(wavelength), 1 / wavelength))];
    }

    /// <param name="plane">0 for lightness, else an opponent colour.</param>
    /// <param name="level">The band between this level of the pyramid and the next; the last is all that remains.</param>
    /// <param name="sigma">The noise level of the whole image.</param>
    public BandWeights Weigh(int plane, int level, double sigma)
    {
        var lightness = _lightness * _relative[level];
        var variance = Square(plane == 0 ? lightness : lightness * ColourRatio);
        var noise = Square(sigma / (1 << level));
        var gain = variance / (variance + noise);
        if (level == _relative.Length - 1)
            return new((float)gain, (float)(1 - gain));

        var reveal = Square(Math.Max(RevealRatio * lightness, LowestReveal / (1 << level)));
        var revealed = reveal / (reveal + noise) / Limit(reveal / variance);
        return new((float)gain, (float)((1 - gain) * revealed));
    }

    /// <summary>
    /// What the exact solution makes of a mean fading in with q = ρ²/s²: s·∫₀^∞ σ·ρ²/(ρ²+σ²)·(s²+σ²)^(-3/2) dσ
    /// = q/(q-1) · (1 - atan(√(q-1))/√(q-1)).
    /// </summary>
    private static double Limit(double q)
    {
        var root = Math.Sqrt(q - 1);
        return q / (q - 1) * (1 - Math.Atan(root) / root);
    }

    private static double Square(double value) => value * value;
}
