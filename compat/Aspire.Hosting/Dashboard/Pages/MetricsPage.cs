using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Metrics;
using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>The instruments of a service, and the chosen one over time.</summary>
internal sealed class MetricsPage(TelemetryStore store, TimeProvider time)
{
    private const int MaxRows = 100;

    private static readonly int[] Windows = [1, 5, 15, 30];

    public Page Of(Query query)
    {
        var services = store.Sources.ServiceNames;
        var service = query.Text("service") ?? services.FirstOrDefault(name => store.Metrics.Instruments(name).Length > 0) ?? "";
        var instruments = store.Metrics.Instruments(service);
        var minutes = Windows.Contains(query.Number("minutes")) ? query.Number("minutes") : 5;
        var chosen = query.Text("name") is { } name ? store.Metrics.Get(service, name) : null;
        return new Page("Metrics", Html.Of($"""
            <div class="toolbar">
              <h1>Metrics</h1>
              <form method="get" action="/metrics" class="filters">
                <label>Service <select name="service" data-submit>{Html.If(!services.Contains(service), $"<option selected>{service}</option>")}{services.Select(other => Html.Of($"<option{Html.If(other == service, $" selected")}>{other}</option>"))}</select></label>
                {Html.If(chosen is not null, $"<input type=\"hidden\" name=\"name\" value=\"{chosen?.Instrument.Name}\">")}
                <label>Last <select name="minutes" data-submit>{Windows.Select(window => Html.Of($"<option value=\"{window}\"{Html.If(window == minutes, $" selected")}>{window} min</option>"))}</select></label>
                <button type="submit">Show</button>
              </form>
              {Html.If(store.Metrics.RefusedSeries > 0, $"<span class=\"error\">{store.Metrics.RefusedSeries} points were refused: too many series.</span>")}
              <button type="button" data-pause aria-pressed="false" title="Pause (p)">Pause</button>
            </div>
            {(instruments.Length == 0 ? Html.Of($"<p class=\"empty\">{(service.Length == 0 ? "No metrics have come yet. Services send them over OTLP." : $"{service} has sent no metrics.")}</p>") : Html.Of($"""
            <div class="metrics">
              <nav class="instruments" aria-label="Instruments">{instruments.GroupBy(instrument => instrument.Scope).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Group(group, service, minutes, chosen?.Instrument))}</nav>
              <div>{(chosen is null ? Html.Of($"<p class=\"empty\">Choose an instrument.</p>") : Chosen(chosen.Value.Instrument, chosen.Value.Series, minutes))}</div>
            </div>
            """))}
            """), Topic.Metrics) { Section = "Metrics" };
    }

    private static Html Group(IGrouping<string, Instrument> group, string service, int minutes, Instrument? chosen) => Html.Of($"""
        <h2>{group.Key}</h2><ul>{group.Select(instrument => Html.Of($"<li><a href=\"/metrics?service={Uri.EscapeDataString(service)}&amp;name={Uri.EscapeDataString(instrument.Name)}&amp;minutes={minutes}\"{Html.If(instrument.Name == chosen?.Name, $" aria-current=\"true\"")}>{instrument.Name}</a></li>"))}</ul>
        """);

    private Html Chosen(Instrument instrument, SeriesSnapshot[] series, int minutes)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var perSecond = instrument.Kind == MetricKind.Counter;
        return Html.Of($"""
            <h2>{instrument.Name}</h2>
            <p class="faint">{instrument.Description}{Html.If(instrument.Unit.Length > 0, $" <code>{instrument.Unit}</code>")} {Html.If(perSecond, $"(growth per second)")}</p>
            {Chart.Of(instrument.Name, CurvePlanner.Curves(instrument, series), now - TimeSpan.FromMinutes(minutes), now, value => Units.Format(value, instrument.Unit) + (perSecond ? "/s" : ""))}
            <div class="scroll"><table class="pairs"><thead><tr><th>Series</th><th>{(instrument.Kind == MetricKind.Histogram ? "Count" : "Last value")}</th>{Html.If(instrument.Kind == MetricKind.Histogram, $"<th>Mean</th>")}</tr></thead>
            <tbody>{series.OrderByDescending(one => instrument.Kind == MetricKind.Histogram ? one.Points[^1].Count : one.Points[^1].Value).Take(MaxRows).Select(one => Row(instrument, one, series))}</tbody></table></div>
            {Html.If(series.Length > MaxRows, $"<p class=\"faint\">The first {MaxRows} of {series.Length} series.</p>")}
            """);
    }

    private static Html Row(Instrument instrument, SeriesSnapshot series, SeriesSnapshot[] among)
    {
        var last = series.Points[^1];
        return Html.Of($"""
            <tr><td class="wrap">{CurvePlanner.NameOf(series, among)}</td>
            <td>{(instrument.Kind == MetricKind.Histogram ? Html.Of($"{last.Count}") : Html.Of($"{Units.Format(last.Value, instrument.Unit)}"))}</td>
            {Html.If(instrument.Kind == MetricKind.Histogram, $"<td>{Units.Format(last.Count == 0 ? 0 : last.Value / last.Count, instrument.Unit)}</td>")}</tr>
            """);
    }
}
