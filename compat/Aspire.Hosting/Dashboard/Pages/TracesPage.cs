using System.Globalization;
using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>The newest traces that the filter takes.</summary>
internal sealed class TracesPage(TelemetryStore store)
{
    private const int MaxRows = 200;

    public Page Of(Query query)
    {
        var minMilliseconds = query.Decimal("min");
        // A form sends no unticked box: without `all` the probes that come every few seconds are left out.
        var filter = new TraceFilter(
            query.Text("service"), TimeSpan.FromMilliseconds(Math.Min(minMilliseconds, int.MaxValue)), query.Flag("errors"), query.Text("q"), HideProbes: !query.Flag("all"));
        var (traces, matching) = store.Traces.Find(filter, MaxRows);
        var longest = traces.Select(trace => trace.Duration).DefaultIfEmpty().Max();
        return new Page("Traces", Html.Of($"""
            <div class="toolbar">
              <h1>Traces</h1>
              <form method="get" action="/traces" class="filters" role="search">
                {Fields.Services(store.Sources.ServiceNames, filter.ServiceName)}
                <label>at least <input type="number" name="min" min="0" step="any" class="short" value="{(minMilliseconds > 0 ? minMilliseconds.ToString("R", CultureInfo.InvariantCulture) : "")}"> ms</label>
                {Fields.Check("errors", "with errors", filter.ErrorsOnly)}
                {Fields.Check("all", "health checks and scrapes too", !filter.HideProbes)}
                <input type="search" name="q" value="{filter.Text}" placeholder="Span, attribute, trace id" aria-label="Text to search for" title="Search (/)">
                <button type="submit">Filter</button>
              </form>
              {Fields.Count(traces.Count, matching, store.Traces.Count, "traces")}
              <button type="button" data-pause aria-pressed="false" title="Pause (p)">Pause</button>
            </div>
            {(traces.Count == 0 ? Html.Of($"<p class=\"empty\">{(store.Traces.Count == 0 ? "No traces have come yet. Services send them over OTLP." : "Nothing matches the filter.")}</p>") : Table(traces, longest))}
            """), Topic.Traces) { Section = "Traces" };
    }

    private Html Table(IEnumerable<TraceSummary> traces, TimeSpan longest) => Html.Of($"""
        <div class="scroll"><table class="cards traces">
          <thead><tr><th>Start</th><th>Trace</th><th>Spans</th><th>Duration</th></tr></thead>
          <tbody>{traces.Select(trace => Row(trace, longest))}</tbody>
        </table></div>
        """);

    private Html Row(TraceSummary trace, TimeSpan longest) => Html.Of($"""
        <tr data-trace="{Format.Id(trace.Id)}">
          <td data-label="Start">{Format.Time(trace.Start)}</td>
          <td data-label="Trace"><a href="/traces/{Format.Id(trace.Id)}"><span class="service">{store.Sources.DisplayName(trace.First.Source)}</span> {SpanTitle.Of(trace.First)}</a>
            {Html.If(trace.Errors > 0, $"<span class=\"badge error\">{trace.Errors} {(trace.Errors == 1 ? "error" : "errors")}</span>")}
            <span class="faint">{Format.Id(trace.Id)[..8]}</span></td>
          <td data-label="Spans">{trace.Sources.Select(source => Html.Of($"<span class=\"badge\">{store.Sources.DisplayName(source.Source)} {source.Spans}</span>"))}</td>
          <td data-label="Duration" class="duration"><svg class="bar" width="80" height="8" aria-hidden="true"><rect width="{(longest > TimeSpan.Zero ? Math.Max(1, 80 * (trace.Duration / longest)) : 1)}" height="8" rx="2"/></svg> {Format.Duration(trace.Duration)}</td>
        </tr>
        """);
}
