using System.Globalization;
using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>Structured logs: the newest that the filter takes.</summary>
internal sealed class LogsPage(TelemetryStore store)
{
    private const int MaxRows = 300;

    private static readonly (int Severity, string Name)[] Levels =
        [(0, "all"), (5, "Debug"), (9, "Information"), (13, "Warning"), (17, "Error")];

    public Page Of(Query query)
    {
        var filter = new LogFilter(query.Text("service"), query.Number("level"), query.Text("q"), query.TraceId("trace"), query.SpanId("span"));
        var (records, matching) = store.Logs.Find(filter, MaxRows);
        return new Page("Structured logs", Html.Of($"""
            <div class="toolbar">
              <h1>Structured logs</h1>
              <form method="get" action="/logs" class="filters" role="search">
                {Fields.Services(store.Sources.ServiceNames, filter.ServiceName)}
                <label>Level <select name="level">{Levels.Select(level => Html.Of($"<option value=\"{level.Severity}\"{Html.If(level.Severity == filter.MinSeverity, $" selected")}>{level.Name}</option>"))}</select></label>
                <input type="search" name="q" value="{filter.Text}" placeholder="Message, category, attribute" aria-label="Text to search for" title="Search (/)">
                {Html.If(filter.TraceId is not null, $"<input type=\"hidden\" name=\"trace\" value=\"{Format.Id(filter.TraceId ?? 0)}\"><span class=\"chip\">trace <a href=\"/traces/{Format.Id(filter.TraceId ?? 0)}\">{Format.Id(filter.TraceId ?? 0)[..8]}</a> <a href=\"/logs\" title=\"Logs of all traces\" aria-label=\"Logs of all traces\">×</a></span>")}
                {Html.If(filter.SpanId is not null, $"<input type=\"hidden\" name=\"span\" value=\"{(filter.SpanId ?? 0).ToString("x16", CultureInfo.InvariantCulture)}\"><span class=\"chip\">one span</span>")}
                <button type="submit">Filter</button>
              </form>
              {Fields.Count(records.Count, matching, store.Logs.Count, "records")}
              <button type="button" data-pause aria-pressed="false" title="Pause (p)">Pause</button>
            </div>
            {(records.Count == 0 ? Html.Of($"<p class=\"empty\">{(store.Logs.Count == 0 ? "No log records have come yet. Services send them over OTLP." : "Nothing matches the filter.")}</p>") : Table(records))}
            """), Topic.Logs) { Section = "Logs" };
    }

    /// <summary>One record whole.</summary>
    public Page Of(LogRecord record)
    {
        var (level, mood) = Format.Severity(record);
        return new Page("Log record", Html.Of($"""
            <p class="crumbs"><a href="/logs">Structured logs</a> › {record.Id}</p>
            <div class="toolbar"><h1 class="{mood}">{level}</h1><span class="count">{Format.Time(record.Time)} {store.Sources.DisplayName(record.Source)}</span>
            {TraceLink(record, "Trace")}</div>
            <pre class="message">{record.Message}</pre>
            <div class="panels">
            <section><h2>Record</h2><table class="pairs"><tbody>
              <tr><th scope="row">category</th><td class="wrap">{record.Scope}</td></tr>
              {Html.If(record.EventName.Length > 0, $"<tr><th scope=\"row\">event</th><td class=\"wrap\">{record.EventName}</td></tr>")}
            </tbody></table></section>
            {Html.If(record.Attributes.Length > 0, $"<section><h2>Attributes</h2>{Fields.Attributes(record.Attributes)}</section>")}
            <section><h2>Resource</h2>{Fields.Attributes(record.Source.Attributes)}</section>
            </div>
            """)) { Section = "Logs" };
    }

    private Html Table(IEnumerable<LogRecord> records) => Html.Of($"""
        <div class="scroll"><table class="cards logs">
          <thead><tr><th>Time</th><th>Level</th><th>Service</th><th>Message</th><th>Trace</th></tr></thead>
          <tbody>{records.Select(Row)}</tbody>
        </table></div>
        """);

    private Html Row(LogRecord record)
    {
        var (level, mood) = Format.Severity(record);
        return Html.Of($"""
            <tr class="{mood}">
              <td data-label="Time"><a href="/logs/{record.Id}">{Format.Time(record.Time)}</a></td>
              <td data-label="Level"><span class="level">{level}</span></td>
              <td data-label="Service">{store.Sources.DisplayName(record.Source)}</td>
              <td data-label="Message" class="message" title="{record.Scope}">{FirstLines(record.Message)}{Exception(record)}</td>
              <td data-label="Trace">{TraceLink(record, Format.Id(record.TraceId)[..8])}</td>
            </tr>
            """);
    }

    private static Html TraceLink(LogRecord record, string text)
        => Html.If(record.TraceId != 0, $"<a href=\"/traces/{Format.Id(record.TraceId)}?span={record.SpanId.ToString("x16", CultureInfo.InvariantCulture)}\">{text}</a>");

    private static Html Exception(LogRecord record)
    {
        var type = Array.Find(record.Attributes, attribute => attribute.Key == "exception.type").Value;
        var message = Array.Find(record.Attributes, attribute => attribute.Key == "exception.message").Value;
        return Html.If(type is not null, $" <span class=\"exception\">{type}: {message}</span>");
    }

    private static string FirstLines(string message) => message.Length <= 400 ? message : message[..400] + "…";
}
