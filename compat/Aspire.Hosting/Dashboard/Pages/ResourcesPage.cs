using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Resources;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>Every resource in one table.</summary>
internal sealed class ResourcesPage(ResourceBoard board, Commands commands)
{
    public Page Of()
    {
        var resources = board.All();
        var unwell = resources.Count(view => view.Mood is Mood.Failed or Mood.Warning);
        return new Page("Resources", Html.Of($"""
            <div class="toolbar">
              <h1>Resources</h1>
              <span class="count">{resources.Count} in all{Html.If(unwell > 0, $", <b class=\"error\">{unwell} not well</b>")}</span>
              <input type="search" data-filter="#resources tbody tr" placeholder="Filter" aria-label="Filter resources" title="Filter (/)">
            </div>
            <div class="scroll">
            <table id="resources" class="cards">
              <thead><tr><th>Name</th><th>State</th><th>Type</th><th>Started</th><th>Source</th><th>URLs</th><th>Actions</th></tr></thead>
              <tbody>{resources.Select(Row)}</tbody>
            </table>
            </div>
            """), Topic.Resources) { Section = "Resources" };
    }

    /// <summary>A coloured mark and the state in words.</summary>
    public static Html State(ResourceView view) => Html.Of(
        $"""<span class="state {view.Mood.ToString().ToLowerInvariant()}">{view.State}</span>{Html.If(view.Reason is not null, $"<span class=\"reason\">{view.Reason}</span>")}""");

    /// <summary>A link where a browser can follow it.</summary>
    public static Html Url(ApplicationModel.UrlSnapshot url)
    {
        var text = url.DisplayProperties.DisplayName is { Length: > 0 } name ? name : url.Url;
        return url.Url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? Html.Of($"""<a href="{url.Url}" target="_blank" rel="noreferrer" title="{url.Name}{Html.If(url.IsInactive, $" (nothing listens there now)")}"{Html.If(url.IsInactive, $" class=\"inactive\"")}>{text}</a>""")
            : Html.Of($"<span title=\"{url.Name}\">{text}</span>");
    }

    private Html Row(ResourceView view) => Html.Of($"""
        <tr data-resource="{view.Id}" data-state="{view.State}">
          <td data-label="Name"><a class="name" href="/resources/{view.Id}">{view.DisplayName}</a></td>
          <td data-label="State">{State(view)}</td>
          <td data-label="Type">{view.Type}</td>
          <td data-label="Started">{(view.Started is { } started ? Format.Time(started) : Html.Empty)}</td>
          <td data-label="Source" class="source"><span title="{view.Source}">{ShortSource(view.Source)}</span></td>
          <td data-label="URLs" class="urls">{view.Urls.Where(url => !url.IsInternal).Select(Url)}</td>
          <td data-label="Actions"><div class="actions">{commands.Buttons(view)}<a class="button" href="/console/{view.Id}" title="Console output of {view.DisplayName}">Console</a></div></td>
        </tr>
        """);

    // The end of a path says more than its beginning.
    private static string ShortSource(string source) => source.Contains('/', StringComparison.Ordinal) && !source.Contains(':', StringComparison.Ordinal) ? Path.GetFileName(source) : source;
}
