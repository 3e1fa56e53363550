namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>
/// The noise levels a model knows, lowest first: σ = √((1-ᾱ)/ᾱ) over 1000 timesteps of Stable Diffusion's scaled-linear β
/// (from 0.00085 to 0.012, linear in √β; Rombach et al. 2022, latent-diffusion's configuration). Between them the logarithm of σ is linear, as in
/// k-diffusion's DiscreteSchedule.
/// </summary>
internal sealed class NoiseSchedule
{
    private const int Timesteps = 1000;
    private const double BetaStart = 0.00085;
    private const double BetaEnd = 0.012;

    private readonly double[] _sigmas;

    private NoiseSchedule(double[] sigmas) => _sigmas = sigmas;

    public static NoiseSchedule ScaledLinear { get; } = new(ScaledLinearSigmas());

    public int Count => _sigmas.Length;

    public double SigmaMin => _sigmas[0];

    public double SigmaMax => _sigmas[^1];

    public double this[int timestep] => _sigmas[timestep];

    /// <param name="timestep">0 … <see cref="Count"/> - 1, fractions allowed.</param>
    public double SigmaAt(double timestep)
    {
        var low = Math.Clamp((int)Math.Floor(timestep), 0, Count - 1);
        var high = Math.Min(low + 1, Count - 1);
        return Math.Exp(double.Lerp(Math.Log(_sigmas[low]), Math.Log(_sigmas[high]), timestep - low));
    }

    private static double[] ScaledLinearSigmas()
    {
        var sigmas = new double[Timesteps];
        var (start, end, kept) = (Math.Sqrt(BetaStart), Math.Sqrt(BetaEnd), 1.0);
        for (var t = 0; t < Timesteps; t++)
        {
            var root = double.Lerp(start, end, t / (Timesteps - 1.0));
            kept *= 1 - root * root;
            sigmas[t] = Math.Sqrt((1 - kept) / kept);
        }

        return sigmas;
    }
}
