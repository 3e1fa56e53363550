using System.Collections.Immutable;

namespace GenAI.Scheduling.Scaling;

/// <summary>What a class of customers is promised, and what room is kept for it.</summary>
/// <param name="MaxWaitSeconds">Wait that is promised.</param>
/// <param name="ObjectiveShare">Share of jobs that keep it.</param>
/// <param name="ForecastLevel">Quantile of the arrivals forecast that is provided for.</param>
/// <param name="SparedPerHour">Late jobs per hour that one more instance must spare to be worth its cost.</param>
/// <param name="ActivationHold">How long after the last job the last instance stays.</param>
public sealed record ServiceTier(
    string Name, double MaxWaitSeconds, double ObjectiveShare, double ForecastLevel, double SparedPerHour, TimeSpan ActivationHold)
{
    public static ServiceTier Enterprise { get; } = new("enterprise", 10, 0.999, 0.99, 0.1, TimeSpan.FromHours(48));

    public static ServiceTier Premium { get; } = new("premium", 30, 0.995, 0.988, 0.8, TimeSpan.FromHours(4));

    public static ServiceTier Basic { get; } = new("basic", 120, 0.95, 0.9, 8, TimeSpan.FromMinutes(15));

    public static ImmutableDictionary<string, ServiceTier> ByName { get; } =
        new[] { Enterprise, Premium, Basic }.ToImmutableDictionary(tier => tier.Name, StringComparer.Ordinal);
}
