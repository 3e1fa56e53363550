using System.Globalization;
using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>Numbers and times as people read them; times are this machine's.</summary>
internal static class Format
{
    public static Html Time(DateTime utc)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), TimeZoneInfo.Local);
        return Html.Of($"""<time datetime="{utc.ToString("O", CultureInfo.InvariantCulture)}" title="{local.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture)}">{local.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}</time>""");
    }

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMilliseconds: < 1 } => Number(duration.TotalMicroseconds, "µs"),
        { TotalSeconds: < 1 } => Number(duration.TotalMilliseconds, "ms"),
        { TotalMinutes: < 1 } => Number(duration.TotalSeconds, "s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours} h {duration.Minutes} min"),
    };

    public static string Id(UInt128 traceId) => traceId.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Three digits that count: 0.0123, 4.56, 789, 12.3k, 4.5M.</summary>
    public static string Short(double value)
    {
        var size = Math.Abs(value);
        return size switch
        {
            0 => "0",
            < 0.001 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
            < 1 => value.ToString("0.####", CultureInfo.InvariantCulture),
            < 100 => value.ToString("0.##", CultureInfo.InvariantCulture),
            < 10_000 => value.ToString("0", CultureInfo.InvariantCulture),
            < 1e6 => (value / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "k",
            < 1e9 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
            _ => (value / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + "G",
        };
    }

    public static (string Name, string Class) Severity(LogRecord record) => record.Severity switch
    {
        >= 21 => ("Critical", "error"),
        >= 17 => ("Error", "error"),
        >= 13 => ("Warning", "warn"),
        >= 9 => ("Information", "info"),
        >= 5 => ("Debug", "faint"),
        >= 1 => ("Trace", "faint"),
        _ => ("", "faint"),
    };

    private static string Number(double value, string unit)
        => value.ToString(value < 10 ? "0.##" : value < 100 ? "0.#" : "0", CultureInfo.InvariantCulture) + " " + unit;
}
