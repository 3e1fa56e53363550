namespace GenAI.Scheduling.PassThrough;

/// <summary>What is measured of an instance, in the units it comes in.</summary>
/// <param name="Utilisation">Of CPU or GPU, the higher of the two, 0 to 1.</param>
/// <param name="ResponseSeconds">Recent mean response time.</param>
/// <param name="ErrorShare">Failed requests among the recent ones, 0 to 1.</param>
/// <param name="InFlight">Requests in flight.</param>
public readonly record struct LoadSample(double Utilisation, double ResponseSeconds, double ErrorShare, int InFlight);

/// <summary>
/// The specification's load score: 40 % utilisation, 30 % response time, 20 % errors, 10 % requests in flight, each input
/// normalised to 0..1, so that the score is too.
/// </summary>
/// <remarks>
/// Response time and requests in flight have no natural upper end: x / (x + reference) maps them onto 0..1 without one,
/// the reference being worth 0.5. Example: utilisation 0.5, 10 s with a reference of 10 s, no errors, nothing in
/// flight: 0.4·0.5 + 0.3·0.5 = 0.35.
/// </remarks>
public static class LoadScore
{
    public const double UtilisationWeight = 0.4, ResponseWeight = 0.3, ErrorWeight = 0.2, InFlightWeight = 0.1;
    public const double DefaultReferenceSeconds = 30;
    public const double DefaultReferenceInFlight = 4;

    /// <returns>0 (idle and well) to 1. A measure that is missing (not a number) counts as the worst: nothing is known in its favour.</returns>
    public static double Of(
        LoadSample sample, double referenceSeconds = DefaultReferenceSeconds, double referenceInFlight = DefaultReferenceInFlight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(referenceSeconds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(referenceInFlight);
        return UtilisationWeight * Share(sample.Utilisation)
            + ResponseWeight * Saturating(sample.ResponseSeconds, referenceSeconds)
            + ErrorWeight * Share(sample.ErrorShare)
            + InFlightWeight * Saturating(sample.InFlight, referenceInFlight);
    }

    private static double Share(double value) => double.IsNaN(value) ? 1 : Math.Clamp(value, 0, 1);

    private static double Saturating(double value, double reference) =>
        double.IsNaN(value) || double.IsPositiveInfinity(value) ? 1 : Math.Max(0, value) / (Math.Max(0, value) + reference);
}
