using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>What a page is asked for in its address: a value that is not understood counts as not given.</summary>
internal readonly struct Query(IQueryCollection values)
{
    public string? Text(string name) => values[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    public bool Flag(string name) => values[name] == "1";

    public int Number(string name) => int.TryParse(values[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public double Decimal(string name)
        => double.TryParse(values[name], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : 0;

    public UInt128? TraceId(string name) => UInt128.TryParse(values[name], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id) ? id : null;

    public ulong? SpanId(string name) => ulong.TryParse(values[name], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id) ? id : null;
}
