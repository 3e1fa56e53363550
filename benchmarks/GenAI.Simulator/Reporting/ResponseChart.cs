using System.Globalization;
using System.Net;
using System.Text;
using GenAI.Simulator.Dispatching;

namespace GenAI.Simulator.Reporting;

/// <summary>Horizontal bars on a logarithmic axis, three per policy: mean, 95th and 99th percentile.</summary>
internal static class ResponseChart
{
    private const int Left = 170, Width = 640, Bar = 9, Gap = 12, Top = 60;

    public static string Svg(string title, IReadOnlyList<DispatchFigures> figures)
    {
        var height = Top + figures.Count * (3 * Bar + Gap) + 40;
        var most = Math.Max(100, figures.Max(row => row.P99));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns='http://www.w3.org/2000/svg' width='{Left + Width + 90}' height='{height}' font-family='sans-serif' font-size='12'>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width='100%' height='100%' fill='white'/><text x='12' y='24' font-size='15'>{WebUtility.HtmlEncode(title)}</text>\n");
        svg.Append("<text x='12' y='44' fill='#555'>seconds, logarithmic; from dark to light: mean, 95th, 99th percentile</text>\n");
        for (var tick = 10.0; tick <= most; tick *= 10)
        {
            var x = Left + Length(tick, most);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1='{x:0.#}' y1='{Top - 6}' x2='{x:0.#}' y2='{height - 30}' stroke='#ddd'/><text x='{x:0.#}' y='{height - 14}' text-anchor='middle' fill='#555'>{tick:0}</text>\n");
        }

        for (var i = 0; i < figures.Count; i++) Row(svg, figures[i], Top + i * (3 * Bar + Gap), most);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Row(StringBuilder svg, DispatchFigures row, int y, double most)
    {
        var colour = row.Name switch { "genai" => "#1b6e3c", "bound" => "#555555", _ => "#2b5c94" };
        svg.Append(CultureInfo.InvariantCulture, $"<text x='{Left - 8}' y='{y + 2 * Bar}' text-anchor='end'>{WebUtility.HtmlEncode(row.Name)}</text>\n");
        double[] values = [row.Mean, row.P95, row.P99];
        for (var i = 0; i < values.Length; i++)
        {
            var length = Length(values[i], most);
            svg.Append(CultureInfo.InvariantCulture, $"<rect x='{Left}' y='{y + i * Bar}' width='{length:0.#}' height='{Bar - 1}' fill='{colour}' fill-opacity='{1 - 0.3 * i:0.0}'/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x='{Left + length + 4:0.#}' y='{y + i * Bar + Bar - 1}' font-size='9'>{values[i]:0.0}</text>\n");
        }
    }

    private static double Length(double value, double most) => Width * Math.Log(Math.Max(1, value)) / Math.Log(most);
}
