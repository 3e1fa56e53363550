using System.Globalization;
using System.Text;

namespace GenAI.Simulator.Scaling;

/// <summary>Arrivals over time: what came, what was foreseen, and the band around it.</summary>
internal static class ForecastChart
{
    private const int Left = 60, Top = 40, Width = 900, Height = 300, Columns = 450;

    public static string Svg(IReadOnlyList<ForecastPoint> points, TimeSpan horizon)
    {
        var columns = Reduced(points);
        var most = Math.Max(1e-6, columns.Max(column => Math.Max(column.Actual, column.Upper)));
        var beyond = points.Count(point => point.Actual > point.Upper) / (double)points.Count;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns='http://www.w3.org/2000/svg' width='{Left + Width + 20}' height='{Top + Height + 40}' font-family='sans-serif' font-size='12'>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width='100%' height='100%' fill='white'/><text x='12' y='22' font-size='15'>Arrivals per second, foreseen {horizon.TotalSeconds:0} s ahead; {beyond:0.0%} came above the band</text>\n");
        for (var i = 0; i <= 4; i++)
        {
            var y = Top + Height - Height * i / 4;
            svg.Append(CultureInfo.InvariantCulture, $"<line x1='{Left}' y1='{y}' x2='{Left + Width}' y2='{y}' stroke='#ddd'/><text x='{Left - 8}' y='{y + 4}' text-anchor='end' fill='#555'>{most * i / 4:0.###}</text>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x='{Left + Width * i / 4}' y='{Top + Height + 20}' text-anchor='middle' fill='#555'>{(points[0].At + (points[^1].At - points[0].At) * i / 4) / 3600:0.#} h</text>\n");
        }

        var band = Line(columns.Select(column => column.Upper), most).Concat(Line(columns.Select(column => column.Lower), most).Reverse());
        svg.Append(CultureInfo.InvariantCulture, $"<polygon fill='#cfe0f3' points='{string.Join(' ', band)}'/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<polyline fill='none' stroke='#c0692b' points='{string.Join(' ', Line(columns.Select(column => column.Actual), most))}'/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<polyline fill='none' stroke='#1f4e8c' points='{string.Join(' ', Line(columns.Select(column => column.Forecast), most))}'/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x='{Left + 10}' y='{Top + 14}' fill='#1f4e8c'>foreseen, with its band</text><text x='{Left + 10}' y='{Top + 30}' fill='#c0692b'>came</text>\n");
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Means of stretches, no more of them than the eye can tell apart.</summary>
    private static ForecastPoint[] Reduced(IReadOnlyList<ForecastPoint> points)
    {
        var stretch = Math.Max(1, (points.Count + Columns - 1) / Columns);
        return [.. points.Chunk(stretch).Select(chunk => new ForecastPoint(
            chunk[0].At, chunk.Average(point => point.Actual), chunk.Average(point => point.Forecast),
            chunk.Average(point => point.Lower), chunk.Average(point => point.Upper)))];
    }

    private static IEnumerable<string> Line(IEnumerable<double> values, double most)
    {
        var all = values.ToArray();
        return all.Select((value, at) => FormattableString.Invariant(
            $"{Left + (double)Width * at / Math.Max(1, all.Length - 1):0.#},{Top + Height - Height * value / most:0.#}"));
    }
}
