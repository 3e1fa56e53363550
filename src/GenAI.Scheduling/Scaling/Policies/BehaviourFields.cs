using System.Collections.Immutable;

namespace GenAI.Scheduling.Scaling.Policies;

/// <summary>A behaviour by name, or spelled out as in autoscaling/v2.</summary>
internal static class BehaviourFields
{
    private static readonly ImmutableDictionary<string, RateKind> Kinds = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal, new KeyValuePair<string, RateKind>[] { new("instances", RateKind.Instances), new("percent", RateKind.Percent) });

    private static readonly ImmutableDictionary<string, RateSelection> Selections = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal,
        new KeyValuePair<string, RateSelection>[] { new("max", RateSelection.Max), new("min", RateSelection.Min), new("disabled", RateSelection.Disabled) });

    public static Behaviour Read(PolicyFields parent, string key, Behaviour usual)
    {
        if (!parent.IsMapping(key)) return parent.OneOf(key, usual, Behaviour.ByName);
        var fields = parent.Mapping(key)!;
        var behaviour = new Behaviour(Rules(fields, "up", usual.Up), Rules(fields, "down", usual.Down));
        fields.NoOthers();
        return behaviour;
    }

    private static ScalingRules Rules(PolicyFields parent, string key, ScalingRules usual)
    {
        if (parent.Mapping(key) is not { } fields) return usual;
        var rules = new ScalingRules(
            fields.Seconds("stabilizationWindowSeconds", usual.StabilizationWindow, 0, 3600),
            [.. fields.Mappings("rates").Select(RateOf)],
            fields.OneOf("select", RateSelection.Max, Selections));
        fields.NoOthers();
        return rules;
    }

    private static Rate RateOf(PolicyFields fields)
    {
        var rate = new Rate(
            fields.OneOf("type", RateKind.Instances, Kinds),
            fields.Integer("value", 1, 1, ScalingPolicyDocument.MostInstances),
            fields.Seconds("periodSeconds", TimeSpan.FromSeconds(60), 1, 1800));
        fields.NoOthers();
        return rate;
    }
}
