namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>The Beta(a, a) distribution's quantiles, by bisection of the regularised incomplete beta function.</summary>
internal static class SymmetricBeta
{
    private const int Bisections = 52;
    private const double Precision = 1e-14;
    private const int MaxTerms = 1000;

    /// <param name="probability">0..1.</param>
    /// <param name="shape">a &gt; 0.</param>
    public static double Quantile(double probability, double shape)
    {
        if (probability is <= 0 or >= 1)
            return Math.Clamp(probability, 0, 1);

        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Cumulative(middle, shape) < probability ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>B(x; a, a) / (B(x; a, a) + B(1-x; a, a)): the symmetry I_x + I_(1-x) = 1 spares the gamma function.</summary>
    public static double Cumulative(double x, double shape)
    {
        var (below, above) = (Incomplete(x, shape), Incomplete(1 - x, shape));
        return below / (below + above);
    }

    /// <summary>B(x; a, a) = xᵃ (1-x)ᵃ / a · Σ terms (2a)ₙ/(a+1)ₙ xⁿ, which converges for x &lt; 1 (DLMF 8.17.8).</summary>
    private static double Incomplete(double x, double shape)
    {
        if (x > 0.5)
            return Incomplete(0.5, shape) * 2 - Incomplete(1 - x, shape);

        var (sum, term) = (1.0, 1.0);
        for (var n = 0; n < MaxTerms && term > Precision; n++)
        {
            term *= (2 * shape + n) / (shape + 1 + n) * x;
            sum += term;
        }

        return Math.Pow(x * (1 - x), shape) / shape * sum;
    }
}
