using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Policies;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Tests.Scaling;

public sealed class ScalingPolicyDocumentTests
{
    [Fact]
    public void Yaml_with_everything_is_read()
    {
        var (policy, errors) = ScalingPolicyDocument.Parse("""
            model: flux-1-dev
            tier: enterprise
            minInstances: 1
            maxInstances: 12
            behaviour:
              up: { stabilizationWindowSeconds: 0, rates: [{ type: percent, value: 300, periodSeconds: 15 }] }
              down: { stabilizationWindowSeconds: 600, select: min, rates: [{ type: instances, value: 1, periodSeconds: 60 }] }
            scalers:
              - type: predictive
                holdSeconds: 90
                forecast: { level: 0.95 }
              - type: keda
                activationJobs: 3
            schedules:
              - { name: week-end, timeZone: UTC, days: [sat, sun], from: "00:00", to: "00:00", maxInstances: 4 }
            budget: { currency: EUR, perMonth: 4000, instancePerHour: 2.5, spotPerHour: 0.9 }
            spot: { onDemandFloor: 1, mostShare: 0.5 }
            learning: { jobs: 500 }
            emergencyLimit: 20
            """);

        Assert.Empty(errors);
        Assert.Equal(ServiceTier.Enterprise, policy!.Tier);
        var predictive = Assert.IsType<PredictiveSettings>(policy.Scalers[0]);
        Assert.Equal((10.0, 90.0, 0.95), (predictive.MaxWaitSeconds, predictive.Hold.TotalSeconds, predictive.Forecast.Level));
        Assert.Equal(RateSelection.Min, policy.Behaviour.Down.Select);
        Assert.Equal(0.9m, policy.Budget!.SpotPerHour);
    }

    [Fact]
    public void Json_is_read_by_the_same_rules()
    {
        var (policy, errors) = ScalingPolicyDocument.Parse("""{"model":"sd","maxInstances":3,"scalers":[{"type":"hpa","targetConcurrency":0.8}]}""");
        Assert.Empty(errors);
        Assert.Equal(HpaSettings.Default with { TargetConcurrency = 0.8 }, policy!.Scalers[0]);
    }

    [Theory]
    [InlineData("0.95", true)]
    [InlineData("0.2", true)]
    [InlineData("0.6", false)]
    public void Target_utilisation_outside_the_thresholds_is_a_mistake(string target, bool mistaken)
    {
        var (policy, errors) = ScalingPolicyDocument.Parse(
            $$"""{"model":"sd","scalers":[{"type":"specification","targetGpuUtilization":{{target}},"scaleDownThreshold":0.3,"scaleUpThreshold":0.8}]}""");

        Assert.Equal(mistaken, policy is null);
        if (!mistaken) Assert.Empty(errors);
        else Assert.Contains(target, Assert.Single(errors, error => error.ToString().Contains("between the thresholds, 0.3 and 0.8", StringComparison.Ordinal)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_come_at_once_with_the_value_and_what_was_expected()
    {
        var (policy, errors) = ScalingPolicyDocument.Parse("""
            minInstances: 9
            maxInstances: 4
            maxInstnces: 5
            tier: gold
            scalers:
              - type: specification
                scaleUpThreshold: 0.5
                scaleDownThreshold: 0.6
              - type: magic
            schedules:
              - { timeZone: Europe/Atlantis, from: "25:00" }
            budget: { currency: euro }
            """);

        Assert.Null(policy);
        string[] parts =
        [
            "model (line 1) is missing", "maxInstances (line 2) is 4; expected at least minInstances, 9", "maxInstnces (line 3) is not known",
            "tier (line 4) is 'gold'; expected one of basic, enterprise, premium", "scalers[0].scaleDownThreshold (line 8) is 0.6; expected less than scaleUpThreshold, 0.5",
            "scalers[1].type (line 9) is 'magic'", "schedules[0].timeZone (line 11) is 'Europe/Atlantis'", "schedules[0].from (line 11) is '25:00'",
            "budget.currency (line 12) is 'euro'", "budget.perMonth (line 12) is missing", "budget.instancePerHour (line 12) is missing",
        ];
        foreach (var part in parts) Assert.Contains(errors, error => error.Contains(part, StringComparison.Ordinal));
        Assert.Equal(parts.Length, errors.Length);
    }

    [Theory]
    [InlineData("scalers: []", "scalers (line 2) is an empty list; expected at least one scaler")]
    [InlineData("budget: { currency: EUR, perHour: 2, instancePerHour: 2.5 }", "budget.perHour (line 2) is 2; expected at least instancePerHour, 2.5")]
    public void What_could_never_start_an_instance_is_a_mistake(string line, string expected)
    {
        var (policy, errors) = ScalingPolicyDocument.Parse($"model: sd\n{line}");
        Assert.Null(policy);
        Assert.StartsWith(expected, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a\n- b")]
    [InlineData("model: [unclosed")]
    [InlineData("model: a\n---\nmodel: b")]
    [InlineData("model: a\nmodel: b")]
    public void What_is_no_policy_is_refused(string text)
    {
        var (policy, errors) = ScalingPolicyDocument.Parse(text);
        Assert.Null(policy);
        Assert.NotEmpty(errors);
    }
}
