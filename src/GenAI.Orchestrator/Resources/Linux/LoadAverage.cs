using System.Globalization;

namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>Tasks running or waiting, from <c>/proc/loadavg</c>: <c>0.37 0.41 0.19 1/213 11930</c>.</summary>
internal sealed record LoadAverage(double OneMinute, double FiveMinutes, double FifteenMinutes)
{
    /// <returns>Null when the text is not that.</returns>
    public static LoadAverage? Parse(string text)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= 3 && Number(fields[0]) is { } one && Number(fields[1]) is { } five && Number(fields[2]) is { } fifteen
            ? new LoadAverage(one, five, fifteen)
            : null;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
