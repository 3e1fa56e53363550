using System.Text;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Makes names out of what Prometheus allows: letters, digits, underscores, and colons in metric names.</summary>
internal static class PrometheusName
{
    /// <summary>Every run of other characters, and a digit at the beginning, becomes one underscore.</summary>
    public static string SanitizeMetric(string name)
    {
        var sanitized = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            var allowed = IsMetricCharacter(name[i]) && !(i == 0 && char.IsAsciiDigit(name[i]));
            Append(sanitized, allowed ? name[i] : '_');
        }

        return sanitized.ToString();
    }

    public static string SanitizeUnit(string unit)
    {
        var sanitized = new StringBuilder(unit.Length);
        foreach (var character in unit)
            Append(sanitized, IsMetricCharacter(character) ? character : '_');

        return sanitized.ToString().Trim('_');
    }

    /// <summary>Every run of other characters becomes one underscore; a digit at the beginning gets one before it.</summary>
    public static string SanitizeLabel(string name)
    {
        if (name.Length == 0)
            return "_";

        var sanitized = new StringBuilder(name.Length + 1);
        if (char.IsAsciiDigit(name[0]))
            sanitized.Append('_');

        // Unlike in metric names, underscores that were there stay as many as they were.
        foreach (var character in name)
        {
            if (char.IsAsciiLetterOrDigit(character) || character == '_')
                sanitized.Append(character);
            else
                Append(sanitized, '_');
        }

        return sanitized.ToString();
    }

    private static bool IsMetricCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character == ':';

    /// <summary>Appends, but no second underscore in a row.</summary>
    private static void Append(StringBuilder text, char character)
    {
        if (character != '_' || text.Length == 0 || text[^1] != '_')
            text.Append(character);
    }
}
