namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>Values with their units, which OpenTelemetry writes as UCUM does (https://ucum.org): `s`, `By`, `{request}`, `1`.</summary>
internal static class Units
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Format(double value, string unit) => unit switch
    {
        "s" => Seconds(value),
        "ms" => Seconds(value / 1000),
        "By" => Bytes(value),
        "" or "1" => Pages.Format.Short(value),
        _ when unit.StartsWith('{') => Pages.Format.Short(value),
        _ => $"{Pages.Format.Short(value)} {unit}",
    };

    // A total of seconds may be longer than a time span; a count of years is not a chart anybody reads.
    private static string Seconds(double value)
        => value == 0 ? "0 s" : Math.Abs(value) < 1e9 ? (value < 0 ? "-" : "") + Pages.Format.Duration(TimeSpan.FromSeconds(Math.Abs(value))) : $"{Pages.Format.Short(value)} s";

    private static string Bytes(double value)
    {
        var unit = 0;
        for (; Math.Abs(value) >= 1024 && unit < ByteUnits.Length - 1; unit++)
            value /= 1024;
        return $"{Pages.Format.Short(value)} {ByteUnits[unit]}";
    }
}
