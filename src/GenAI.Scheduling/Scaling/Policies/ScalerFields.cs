using System.Collections.Immutable;
using GenAI.Scheduling.Forecasting;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Scaling.Policies;

/// <summary>The scalers of a policy document, each with its source's own names and defaults.</summary>
internal static class ScalerFields
{
    private const int Day = 86_400;

    private static readonly ImmutableDictionary<string, Func<PolicyFields, ServiceTier, ScalerSettings>> Readers =
        ImmutableDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, Func<PolicyFields, ServiceTier, ScalerSettings>>[]
        {
            new("predictive", Predictive), new("hpa", Hpa), new("kpa", Kpa), new("keda", Keda), new("specification", Specification),
        });

    public static ImmutableArray<ScalerSettings> Read(PolicyFields parent, ServiceTier tier)
    {
        if (!parent.Has("scalers")) return [PredictiveSettings.For(tier)];
        var scalers = ImmutableArray.CreateBuilder<ScalerSettings>();
        foreach (var fields in parent.Mappings("scalers"))
        {
            var read = fields.OneOf("type", null, Readers!);
            if (!fields.Has("type")) fields.Complain("type", "missing", $"one of {string.Join(", ", Readers.Keys.Order(StringComparer.Ordinal))}");
            if (read is null) continue;
            scalers.Add(read(fields, tier));
            fields.NoOthers();
        }

        if (parent.IsEmptyList("scalers")) parent.Complain("scalers", "an empty list", "at least one scaler, or no such key for the predictive one");
        return scalers.ToImmutable();
    }

    private static PredictiveSettings Predictive(PolicyFields fields, ServiceTier tier)
    {
        var usual = PredictiveSettings.For(tier);
        return new PredictiveSettings(
            fields.Number("maxWaitSeconds", usual.MaxWaitSeconds, 0, Day),
            fields.Number("sparedPerHour", usual.SparedPerHour, 0.0001, 1000),
            fields.Number("drainSeconds", usual.DrainSeconds, 1, Day),
            fields.Seconds("holdSeconds", usual.Hold, 0, Day),
            fields.Seconds("activationHoldSeconds", usual.ActivationHold, 0, 7 * Day),
            fields.Number("quietArrivalsPerHour", usual.QuietArrivalsPerHour, 0, 3600),
            fields.Number("recentSeconds", usual.RecentSeconds, 1, Day),
            fields.Number("leastLoad", usual.LeastLoad, 0, 1),
            fields.Number("assumedServiceSeconds", usual.AssumedServiceSeconds, 0.1, Day),
            fields.Number("serviceMemory", usual.ServiceMemory, 1, 1_000_000),
            Forecast(fields, usual.Forecast));
    }

    private static ForecastSettings Forecast(PolicyFields parent, ForecastSettings usual)
    {
        if (parent.Mapping("forecast") is not { } fields) return usual;
        var forecast = new ForecastSettings(
            fields.Seconds("bucketSeconds", usual.Bucket, 1, 300),
            fields.Seconds("windowSeconds", usual.Window, 1, 3600),
            fields.Seconds("horizonSeconds", usual.Horizon, 1, (int)ForecastSettings.FurthestHorizon.TotalSeconds),
            fields.Seconds("seasonSeconds", usual.Season, 3600, 7 * Day),
            fields.Number("level", usual.Level, 0.5, 0.999),
            fields.Seconds("memorySeconds", usual.Memory, 60, Day));
        if (forecast.Window < forecast.Bucket)
            fields.Complain("windowSeconds", $"{forecast.Window.TotalSeconds}", $"at least bucketSeconds, {forecast.Bucket.TotalSeconds}");
        fields.NoOthers();
        return forecast;
    }

    private static HpaSettings Hpa(PolicyFields fields, ServiceTier tier) => new(
        fields.Number("targetConcurrency", HpaSettings.Default.TargetConcurrency, 0.01, 1000),
        fields.Number("tolerance", HpaSettings.Default.Tolerance, 0, 1),
        BehaviourFields.Read(fields, "behaviour", HpaSettings.Default.Behaviour));

    private static KpaSettings Kpa(PolicyFields fields, ServiceTier tier)
    {
        var usual = KpaSettings.Default;
        var stable = fields.Seconds("stableWindowSeconds", usual.StableWindow, 6, 3600);
        var settings = new KpaSettings(
            fields.Number("targetConcurrency", usual.TargetConcurrency, 0.01, 1000),
            stable,
            stable * (fields.Number("panicWindowPercentage", 10, 1, 100) / 100),
            fields.Number("panicThresholdPercentage", usual.PanicThreshold * 100, 110, 1000) / 100,
            fields.Number("maxScaleUpRate", usual.MaxScaleUpRate, 1.01, 10_000),
            fields.Number("maxScaleDownRate", usual.MaxScaleDownRate, 1.01, 10_000),
            fields.Seconds("scaleDownDelaySeconds", usual.ScaleDownDelay, 0, 3600));
        return settings;
    }

    private static KedaSettings Keda(PolicyFields fields, ServiceTier tier)
    {
        var usual = KedaSettings.Default;
        return new KedaSettings(
            fields.Number("targetJobs", usual.TargetJobs, 0.01, 10_000),
            fields.Number("activationJobs", usual.ActivationJobs, 0, 10_000),
            fields.Seconds("cooldownPeriodSeconds", usual.Cooldown, 0, Day),
            fields.Number("tolerance", usual.Tolerance, 0, 1),
            fields.Integer("failureThreshold", usual.FailureThreshold, 0, 1000),
            fields.OptionalInteger("fallbackReplicas", 0, ScalingPolicyDocument.MostInstances),
            fields.OptionalInteger("pausedReplicas", 0, ScalingPolicyDocument.MostInstances),
            BehaviourFields.Read(fields, "behaviour", usual.Behaviour));
    }

    private static SpecificationSettings Specification(PolicyFields fields, ServiceTier tier)
    {
        var usual = SpecificationSettings.Default;
        var settings = new SpecificationSettings(
            fields.Number("targetGpuUtilization", usual.TargetGpuUtilization, 0.01, 1),
            fields.Number("targetQueueLength", usual.TargetQueueLength, 0, 100_000),
            fields.Number("scaleUpThreshold", usual.ScaleUpThreshold, 0.01, 1),
            fields.Number("scaleDownThreshold", usual.ScaleDownThreshold, 0, 0.99),
            fields.Seconds("scaleUpCooldownSeconds", usual.ScaleUpCooldown, 0, Day),
            fields.Seconds("scaleDownCooldownSeconds", usual.ScaleDownCooldown, 0, Day));
        var (least, most, target) = (settings.ScaleDownThreshold, settings.ScaleUpThreshold, settings.TargetGpuUtilization);
        if (least >= most)
        {
            fields.Complain("scaleDownThreshold", FormattableString.Invariant($"{least}"), FormattableString.Invariant($"less than scaleUpThreshold, {most}"));
            return settings;
        }

        if (!fields.Has("targetGpuUtilization")) return settings with { TargetGpuUtilization = Math.Max(0.01, Math.Clamp(target, least, most)) };
        if (target < least || target > most)
            fields.Complain("targetGpuUtilization", FormattableString.Invariant($"{target}"), FormattableString.Invariant($"between the thresholds, {least} and {most}"));
        return settings;
    }
}
