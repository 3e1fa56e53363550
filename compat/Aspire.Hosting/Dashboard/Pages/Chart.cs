using System.Globalization;
using Aspire.Hosting.Dashboard.Metrics;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>Lines over time, as a drawing.</summary>
internal static class Chart
{
    public const int MaxCurves = 8;

    private const int Width = 760;
    private const int Height = 280;
    private const int Left = 70;
    private const int Right = 10;
    private const int Top = 12;
    private const int Bottom = 26;
    private const int Lines = 4;

    private static readonly int[] StepFactors = [1, 2, 5, 10];

    public static Html Of(string title, IReadOnlyList<Curve> curves, DateTime from, DateTime to, Func<double, string> format)
    {
        var shown = curves.Select(curve => curve with { Points = [.. curve.Points.Where(point => point.Time >= from && point.Time <= to)] })
            .Where(curve => curve.Points.Count > 0).OrderByDescending(curve => curve.Points[^1].Value).Take(MaxCurves).ToArray();
        if (shown.Length == 0)
            return Html.Of($"<p class=\"empty\">Nothing was measured in this time.</p>");
        var values = shown.SelectMany(curve => curve.Points).Select(point => point.Value).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var step = Step((values.Max() - Math.Min(0, values.Min())) / Lines);
        var (low, high) = (step * Math.Floor(Math.Min(0, values.Min()) / step), step * Math.Max(1, Math.Ceiling(values.Max() / step)));
        return Html.Of($"""
            <svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="{title}">
            {Enumerable.Range(0, (int)Math.Round((high - low) / step) + 1).Select(i => Level(low + (i * step), Y(low + (i * step)), format))}
            {Enumerable.Range(0, Lines + 1).Select(i => Moment(from + ((to - from) * i / Lines), Left + ((double)(Width - Left - Right) * i / Lines), i))}
            {shown.Select((curve, i) => Html.Of($"<path class=\"curve c{i}\" d=\"{Path(curve)}\"><title>{curve.Name}</title></path>{Html.If(curve.Points.Count == 1, $"<circle class=\"c{i}\" cx=\"{X(curve.Points[0].Time)}\" cy=\"{Y(curve.Points[0].Value)}\" r=\"3\"/>")}"))}
            </svg>
            <ul class="legend">{shown.Select((curve, i) => Html.Of($"<li><svg width=\"12\" height=\"12\" aria-hidden=\"true\"><rect class=\"c{i}\" width=\"12\" height=\"12\" rx=\"2\"/></svg> <span class=\"wrap\">{curve.Name}</span> <b>{format(curve.Points[^1].Value)}</b></li>"))}
            {Html.If(curves.Count > MaxCurves, $"<li class=\"faint\">the {MaxCurves} highest of {curves.Count}</li>")}</ul>
            """);

        double X(DateTime time) => Left + ((Width - Left - Right) * ((time - from) / (to - from)));

        double Y(double value) => Top + ((Height - Top - Bottom) * (1 - ((value - low) / (high - low))));

        string Path(Curve curve) => string.Join(' ', curve.Points.Where(point => double.IsFinite(point.Value))
            .Select((point, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{X(point.Time):0.#} {Y(point.Value):0.#}")));
    }

    private static Html Level(double value, double y, Func<double, string> format) => Html.Of($"""
        <path class="level" d="M{Left} {y}H{Width - Right}"/><text x="{Left - 6}" y="{y + 4}" text-anchor="end">{format(value)}</text>
        """);

    private static Html Moment(DateTime time, double x, int index)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(time, TimeZoneInfo.Local).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        return Html.Of($"""<text x="{x}" y="{Height - 8}" text-anchor="{(index == 0 ? "start" : index == Lines ? "end" : "middle")}">{local}</text>""");
    }

    /// <summary>1, 2 or 5 times a power of ten, not less than what is asked for.</summary>
    private static double Step(double atLeast)
    {
        if (atLeast <= 0 || !double.IsFinite(atLeast))
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return StepFactors.Select(factor => factor * power).First(step => step >= atLeast * (1 - 1e-9));
    }
}
