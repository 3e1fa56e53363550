using System.Collections.Frozen;
using System.Text;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// Turns a UCUM unit into the words that Prometheus puts into names: OpenTelemetry specification, "Prometheus and
/// OpenMetrics Compatibility", section "Metric Metadata".
/// </summary>
internal static class PrometheusUnit
{
    private static readonly FrozenDictionary<string, string> _words = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // Time
        ["d"] = "days", ["h"] = "hours", ["min"] = "minutes", ["s"] = "seconds",
        ["ms"] = "milliseconds", ["us"] = "microseconds", ["ns"] = "nanoseconds",

        // Bytes
        ["By"] = "bytes", ["KiBy"] = "kibibytes", ["MiBy"] = "mebibytes", ["GiBy"] = "gibibytes", ["TiBy"] = "tibibytes",
        ["KBy"] = "kilobytes", ["MBy"] = "megabytes", ["GBy"] = "gigabytes", ["TBy"] = "terabytes",
        ["B"] = "bytes", ["KB"] = "kilobytes", ["MB"] = "megabytes", ["GB"] = "gigabytes", ["TB"] = "terabytes",

        // SI
        ["m"] = "meters", ["V"] = "volts", ["A"] = "amperes", ["J"] = "joules", ["W"] = "watts", ["g"] = "grams",

        // "1" is no unit: the official exporter gave up the "_ratio" that gauges once got for it.
        ["Cel"] = "celsius", ["Hz"] = "hertz", ["1"] = "", ["%"] = "percent", ["$"] = "dollars",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> _perWords = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["s"] = "second", ["m"] = "minute", ["h"] = "hour", ["d"] = "day", ["w"] = "week", ["mo"] = "month", ["y"] = "year",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <returns>The words, <c>bytes_per_second</c> for <c>By/s</c>; null when there is no unit.</returns>
    public static string? Words(string? unit)
    {
        if (string.IsNullOrEmpty(unit))
            return null;

        var plain = WithoutAnnotations(unit);
        var slash = plain.IndexOf('/');
        var words = slash < 0 || slash == plain.Length - 1
            ? Word(_words, plain)
            : $"{Word(_words, plain[..slash])}_per_{Word(_perWords, plain[(slash + 1)..])}";

        return PrometheusName.SanitizeUnit(words) is { Length: > 0 } sanitized ? sanitized : null;
    }

    private static string Word(FrozenDictionary<string, string> words, string unit) => words.GetValueOrDefault(unit, unit);

    /// <summary>Drops <c>{…}</c>: a count of packets has no unit.</summary>
    private static string WithoutAnnotations(string unit)
    {
        var plain = new StringBuilder(unit.Length);
        var position = 0;
        while (unit.IndexOf('{', position) is var open and >= 0 && unit.IndexOf('}', open) is var close and >= 0)
        {
            plain.Append(unit, position, open - position);
            position = close + 1;
        }

        return plain.Append(unit, position, unit.Length - position).ToString();
    }
}
