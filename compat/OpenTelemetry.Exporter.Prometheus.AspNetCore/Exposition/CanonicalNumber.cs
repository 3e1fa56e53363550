using System.Globalization;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// OpenMetrics 1.0 "Canonical Numbers": the shortest digits that give the number back, as Go's <c>%g</c> writes them, with
/// <c>.0</c> where there would be neither point nor exponent. <c>0.005</c>, <c>10.0</c>, <c>1e+06</c>, <c>1.5e-05</c>.
/// </summary>
internal static class CanonicalNumber
{
    private const int FirstScientificExponent = 6;
    private const int LastScientificExponent = -5;

    public static string Format(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";

        if (value == 0)
            return "0.0";

        var (digits, exponent) = Decompose(Math.Abs(value));
        var text = exponent is <= LastScientificExponent or >= FirstScientificExponent
            ? Scientific(digits, exponent)
            : FixedPoint(digits, exponent);
        return value < 0 ? "-" + text : text;
    }

    /// <summary>The significant digits, and the power of ten of the first of them: 0.00125 is ("125", -3).</summary>
    private static (string Digits, int Exponent) Decompose(double value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var mark = shortest.IndexOf('E');
        var mantissa = mark < 0 ? shortest : shortest[..mark];
        var exponent = mark < 0 ? 0 : int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

        var point = mantissa.IndexOf('.');
        var integerDigits = point < 0 ? mantissa.Length : point;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leadingZeros = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), exponent + integerDigits - 1 - leadingZeros);
    }

    private static string Scientific(string digits, int exponent)
    {
        var fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
        return $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static string FixedPoint(string digits, int exponent)
    {
        if (exponent < 0)
            return $"0.{new string('0', -exponent - 1)}{digits}";

        var integerDigits = exponent + 1;
        return digits.Length > integerDigits
            ? $"{digits[..integerDigits]}.{digits[integerDigits..]}"
            : $"{digits.PadRight(integerDigits, '0')}.0";
    }
}
