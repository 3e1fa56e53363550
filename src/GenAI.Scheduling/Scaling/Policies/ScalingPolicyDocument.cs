using System.Collections.Immutable;
using GenAI.Scheduling.Scaling.Learning;
using GenAI.Scheduling.Scaling.Limits;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GenAI.Scheduling.Scaling.Policies;

/// <summary>Reads a scaling policy from YAML, and from JSON, which is YAML too.</summary>
/// <remarks>
/// <example>
/// <code>
/// model: flux-1-dev
/// tier: premium
/// minInstances: 0
/// maxInstances: 12
/// behaviour: balanced
/// scalers:
///   - type: predictive
///   - type: hpa
///     targetConcurrency: 0.8
/// schedules:
///   - { name: business hours, timeZone: Europe/Paris, days: [mon, tue, wed, thu, fri], from: "08:00", to: "19:00", minInstances: 2 }
/// budget: { currency: EUR, perMonth: 5000, instancePerHour: 2.5, spotPerHour: 0.9 }
/// spot: { onDemandFloor: 1, mostShare: 0.5 }
/// emergencyLimit: 20
/// </code>
/// </example>
/// </remarks>
public static class ScalingPolicyDocument
{
    private const int MostCharacters = 64 * 1024;
    internal const int MostInstances = 10_000;
    private const int Day = 86_400;

    /// <returns>The policy, or every mistake at once: where it is, the value found, what was expected.</returns>
    public static (ScalingPolicyDefinition? Policy, ImmutableArray<string> Errors) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MostCharacters) return (null, [$"The document has {text.Length} characters; expected at most {MostCharacters}."]);

        var errors = new List<string>();
        if (Root(text, errors) is not { } root) return (null, [.. errors]);
        var policy = Policy(new PolicyFields(root, "", errors));
        return errors.Count == 0 ? (policy, []) : (null, [.. errors]);
    }

    private static YamlMappingNode? Root(string text, List<string> errors)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException mistake)
        {
            errors.Add($"Line {mistake.Start.Line}, column {mistake.Start.Column}: {mistake.Message} Expected YAML or JSON.");
            return null;
        }

        if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root) return root;
        errors.Add($"The text holds {stream.Documents.Count} documents or no mapping; expected one mapping with a scaling policy.");
        return null;
    }

    private static ScalingPolicyDefinition Policy(PolicyFields fields)
    {
        var tier = fields.OneOf("tier", ServiceTier.Premium, ServiceTier.ByName);
        var usual = ScalingPolicyDefinition.For("", tier);
        var model = fields.Required("model", "the model's name");
        var min = fields.Integer("minInstances", usual.MinInstances, 0, MostInstances);
        var max = fields.Integer("maxInstances", Math.Max(usual.MaxInstances, min), 0, MostInstances);
        if (max < min) fields.Complain("maxInstances", $"{max}", $"at least minInstances, {min}");
        if (max == 0) fields.Complain("maxInstances", "0", "at least 1");
        var policy = new ScalingPolicyDefinition(
            model, min, max,
            ScalerFields.Read(fields, tier),
            BehaviourFields.Read(fields, "behaviour", usual.Behaviour),
            fields.Seconds("staleAfterSeconds", usual.StaleAfter, 1, Day),
            Schedules(fields, min, max), tier, BudgetOf(fields), SpotOf(fields), LearningOf(fields, tier),
            fields.OptionalInteger("emergencyLimit", 0, MostInstances));
        if (policy.EmergencyLimit < min) fields.Complain("emergencyLimit", $"{policy.EmergencyLimit}", $"at least minInstances, {min}");
        fields.NoOthers();
        return policy;
    }

    private static ImmutableArray<ScheduleWindow> Schedules(PolicyFields fields, int policyMin, int policyMax) =>
        [.. fields.Mappings("schedules").Select(window => Schedule(window, policyMin, policyMax))];

    private static ScheduleWindow Schedule(PolicyFields fields, int policyMin, int policyMax)
    {
        var zone = fields.ParsedClass("timeZone", Zone, "an IANA time zone such as Europe/Paris, known on this machine");
        var days = fields.Values("days", WeekDays.ByName);
        var window = new ScheduleWindow(
            fields.Text("name", "schedule"),
            zone ?? TimeZoneInfo.Utc,
            days.Count == 0 ? WeekDays.All : [.. days.Distinct()],
            fields.Parsed("from", Time, "a time of day such as 08:00") ?? TimeOnly.MinValue,
            fields.Parsed("to", Time, "a time of day such as 19:00") ?? TimeOnly.MinValue,
            fields.OptionalInteger("minInstances", 0, MostInstances),
            fields.OptionalInteger("maxInstances", 0, MostInstances));
        var (least, most) = (window.MinInstances ?? policyMin, window.MaxInstances ?? Math.Max(policyMax, window.MinInstances ?? 0));
        if (most < least && (window.MinInstances ?? window.MaxInstances) is not null)
            fields.Complain("maxInstances", $"{most}", $"at least minInstances, {least}");
        fields.NoOthers();
        return window;
    }

    private static Budget? BudgetOf(PolicyFields parent)
    {
        if (parent.Mapping("budget") is not { } fields) return null;
        var currency = fields.Required("currency", "an ISO 4217 code such as EUR");
        if (currency.Length > 0 && (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper)))
            fields.Complain("currency", $"'{currency}'", "an ISO 4217 code such as EUR");
        var (hour, month) = (fields.Money("perHour"), fields.Money("perMonth"));
        if (!fields.Has("perHour") && !fields.Has("perMonth")) fields.Complain("perMonth", "missing", "perHour, perMonth or both");
        if (!fields.Has("instancePerHour")) fields.Complain("instancePerHour", "missing", "the price of an instance");
        var price = fields.Money("instancePerHour") ?? 1;
        if (hour < price) fields.Complain("perHour", FormattableString.Invariant($"{hour}"), FormattableString.Invariant($"at least instancePerHour, {price}: less pays for no instance"));
        var budget = new Budget(currency, hour, month, price, fields.Money("spotPerHour") ?? price);
        fields.NoOthers();
        return budget;
    }

    private static SpotRule? SpotOf(PolicyFields parent)
    {
        if (parent.Mapping("spot") is not { } fields) return null;
        var rule = new SpotRule(fields.Integer("onDemandFloor", 1, 0, MostInstances), fields.Number("mostShare", 1, 0, 1));
        fields.NoOthers();
        return rule;
    }

    private static LearningSettings? LearningOf(PolicyFields parent, ServiceTier tier)
    {
        if (parent.Mapping("learning") is not { } fields) return null;
        var usual = LearningSettings.Default;
        var learning = new LearningSettings(
            fields.Number("objectiveShare", tier.ObjectiveShare, 0.5, 0.9999),
            fields.Integer("jobs", usual.Jobs, 20, 1_000_000),
            fields.Number("least", usual.Least, 0.1, 1),
            fields.Number("most", usual.Most, 1, 10));
        fields.NoOthers();
        return learning;
    }

    private static TimeZoneInfo? Zone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;

    private static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time) ? time : null;
}
