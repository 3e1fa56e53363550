using System.Globalization;
using System.Net;
using System.Text;

namespace GenAI.Simulator.Scaling;

/// <summary>Instances and jobs over time: what was paid for against what was needed.</summary>
internal static class ScaleChart
{
    private const int Left = 60, Top = 40, Width = 900, Height = 300, Columns = 900;

    public static string Svg(string title, IReadOnlyList<ScaleSample> samples)
    {
        var columns = Reduced(samples);
        var most = Math.Max(1, columns.Max(column => Math.Max(column.Instances, column.Jobs)));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns='http://www.w3.org/2000/svg' width='{Left + Width + 20}' height='{Top + Height + 40}' font-family='sans-serif' font-size='12'>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width='100%' height='100%' fill='white'/><text x='12' y='22' font-size='15'>{WebUtility.HtmlEncode(title)}</text>\n");
        Axes(svg, most, samples[^1].At);
        Line(svg, columns.Select(column => column.Jobs), most, "#c0692b");
        Line(svg, columns.Select(column => column.Instances), most, "#1b6e3c");
        svg.Append(CultureInfo.InvariantCulture, $"<text x='{Left + 10}' y='{Top + 14}' fill='#1b6e3c'>instances, ready and starting</text><text x='{Left + 10}' y='{Top + 30}' fill='#c0692b'>jobs, running and waiting</text>\n");
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>As many points as there are pixels: the highest of each stretch.</summary>
    private static (double Instances, double Jobs)[] Reduced(IReadOnlyList<ScaleSample> samples)
    {
        var columns = new (double Instances, double Jobs)[Math.Min(Columns, samples.Count)];
        for (var i = 0; i < samples.Count; i++)
        {
            ref var column = ref columns[(long)i * columns.Length / samples.Count];
            column = (Math.Max(column.Instances, samples[i].Ready + samples[i].Starting), Math.Max(column.Jobs, samples[i].Running + samples[i].Waiting));
        }

        return columns;
    }

    private static void Axes(StringBuilder svg, double most, double seconds)
    {
        for (var i = 0; i <= 4; i++)
        {
            var y = Top + Height - Height * i / 4;
            svg.Append(CultureInfo.InvariantCulture, $"<line x1='{Left}' y1='{y}' x2='{Left + Width}' y2='{y}' stroke='#ddd'/><text x='{Left - 8}' y='{y + 4}' text-anchor='end' fill='#555'>{most * i / 4:0.#}</text>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x='{Left + Width * i / 4}' y='{Top + Height + 20}' text-anchor='middle' fill='#555'>{seconds / 3600 * i / 4:0.#} h</text>\n");
        }
    }

    private static void Line(StringBuilder svg, IEnumerable<double> values, double most, string colour)
    {
        var all = values.ToArray();
        var points = all.Select((value, at) => FormattableString.Invariant(
            $"{Left + (double)Width * at / Math.Max(1, all.Length - 1):0.#},{Top + Height - Height * value / most:0.#}"));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline fill='none' stroke='{colour}' points='{string.Join(' ', points)}'/>\n");
    }
}
