using System.Globalization;
using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>One trace: its spans as bars over time, each below the one it belongs to, and everything about the chosen one.</summary>
internal sealed class TracePage(TelemetryStore store)
{
    private const int MaxRows = 1000;
    private const int MaxIndent = 12;
    private const int Ticks = 4;

    public Page Of(UInt128 traceId, Span[] spans, int dropped, Query query)
    {
        var (start, end) = (spans.Min(span => span.Start), spans.Max(span => span.End));
        var rows = SpanTree.Rows(spans);
        var chosenId = query.SpanId("span");
        var chosen = spans.FirstOrDefault(span => span.Id == chosenId);
        var id = Format.Id(traceId);
        var errors = spans.Count(span => span.Status == SpanStatus.Error);
        return new Page(SpanTitle.Of(rows[0].Span), Html.Of($"""
            <p class="crumbs"><a href="/traces">Traces</a> › <span class="wrap">{id}</span></p>
            <div class="toolbar"><h1>{store.Sources.DisplayName(rows[0].Span.Source)}: {SpanTitle.Of(rows[0].Span)}</h1></div>
            <p class="links"><span>{Format.Time(start)}</span><span>{Format.Duration(end - start)}</span><span>{spans.Length} spans{Html.If(dropped > 0, $" ({dropped} more were left out)")}</span>
              {Html.If(errors > 0, $"<span class=\"badge error\">{errors} {(errors == 1 ? "error" : "errors")}</span>")}
              <span>{spans.Select(span => span.Source.ServiceName).Distinct().Count()} services</span><a class="button" href="/logs?trace={id}">Logs of this trace</a></p>
            <div class="waterfall" role="table" aria-label="Spans">
              <div class="span head" role="row"><span role="columnheader">Span</span><span class="axis" role="columnheader" aria-label="Time">{Enumerable.Range(0, Ticks).Select(tick => Html.Of($"<i>{Format.Duration((end - start) * tick / Ticks)}</i>"))}</span></div>
              {rows.Take(MaxRows).Select(row => Row(row, id, start, end - start, chosen))}
            </div>
            {Html.If(rows.Count > MaxRows, $"<p class=\"faint\">The first {MaxRows} of {rows.Count} spans are drawn.</p>")}
            {(chosen is null ? Html.Of($"<p class=\"faint\">Choose a span to see its attributes, events and logs.</p>") : Details(chosen, id))}
            """), Topic.Traces) { Section = "Traces" };
    }

    private Html Row(SpanRow row, string traceId, DateTime start, TimeSpan whole, Span? chosen)
    {
        var span = row.Span;
        var scale = whole > TimeSpan.Zero ? 100 / whole.TotalMilliseconds : 0;
        var left = Math.Min(99.7, (span.Start - start).TotalMilliseconds * scale);
        var width = Math.Clamp(span.Duration.TotalMilliseconds * scale, 0.3, 100 - left);
        // The duration stands where there is room: after the bar, or before it, or in it.
        var (x, place) = left + width < 80 ? (left + width + 0.5, "after") : left > 20 ? (left - 0.5, "before") : (left + 0.5, "inside");
        return Html.Of($"""
            <a class="span{Html.If(span == chosen, $" chosen")}{Html.If(span.Status == SpanStatus.Error, $" error")}" role="row" href="/traces/{traceId}?span={span.IdText}#span" data-span="{span.IdText}" title="{store.Sources.DisplayName(span.Source)}: {SpanTitle.Of(span)}, {Format.Duration(span.Duration)}">
              <span class="label indent{Math.Min(row.Depth, MaxIndent)}" role="cell"><b class="service c{ColourOf(span.Source)}">{store.Sources.DisplayName(span.Source)}</b> {SpanTitle.Of(span)}</span>
              <span role="cell"><svg width="100%" height="20" aria-hidden="true"><rect class="c{ColourOf(span.Source)}" x="{left}%" y="4" width="{width}%" height="12" rx="2"/><text x="{x}%" y="14" class="{place}">{Format.Duration(span.Duration)}</text></svg></span>
            </a>
            """);
    }

    private Html Details(Span span, string traceId) => Html.Of($"""
        <div id="span" class="panels">
        <section><h2>{SpanTitle.Of(span)}</h2>
          <p class="links"><span>{store.Sources.DisplayName(span.Source)}</span><span>{Format.Duration(span.Duration)}</span><a class="button" href="/logs?trace={traceId}&amp;span={span.IdText}">Logs of this span</a></p>
          {Html.If(span.Status == SpanStatus.Error, $"<p class=\"error\">Error{Html.If(span.StatusMessage.Length > 0, $": {span.StatusMessage}")}</p>")}
          <table class="pairs"><tbody><tr><th scope="row">kind</th><td>{span.Kind.ToString().ToLowerInvariant()}</td></tr><tr><th scope="row">source</th><td class="wrap">{span.Scope}</td></tr><tr><th scope="row">span id</th><td><code>{span.IdText}</code></td></tr></tbody></table>
          {Fields.Attributes(span.Attributes)}</section>
        {Html.If(span.Events.Length > 0, $"<section><h2>Events</h2>{span.Events.Select(Event)}</section>")}
        {Html.If(span.Links.Length > 0, $"<section><h2>Links</h2>{span.Links.Select(Link)}</section>")}
        {Logs(span)}
        <section><h2>Resource</h2>{Fields.Attributes(span.Source.Attributes)}</section>
        </div>
        """);

    private Html Logs(Span span)
    {
        var (records, _) = store.Logs.Find(new LogFilter(null, 0, null, span.TraceId, span.Id), limit: 20);
        return Html.If(records.Count > 0, $"<section><h2>Logs</h2>{records.OrderBy(record => record.Time).Select(record => Html.Of($"<p class=\"{Format.Severity(record).Class}\"><a href=\"/logs/{record.Id}\">{Format.Time(record.Time)}</a> <span class=\"wrap\">{record.Message}</span></p>"))}</section>");
    }

    private static Html Event(SpanEvent occurrence) => Html.Of($"""
        <details open><summary>{Format.Time(occurrence.Time)} {occurrence.Name}</summary>{Fields.Attributes(occurrence.Attributes)}</details>
        """);

    private static Html Link(SpanLink link) => Html.Of($"""
        <p><a href="/traces/{Format.Id(link.TraceId)}?span={link.SpanId.ToString("x16", CultureInfo.InvariantCulture)}">{Format.Id(link.TraceId)[..8]}</a></p>{Fields.Attributes(link.Attributes)}
        """);

    /// <summary>One of eight, the same for a service on every page.</summary>
    private int ColourOf(TelemetrySource source) => Math.Max(0, Array.IndexOf(store.Sources.ServiceNames, source.ServiceName)) % 8;
}
