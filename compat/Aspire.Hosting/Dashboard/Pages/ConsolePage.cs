using Aspire.Hosting.Dashboard.Resources;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>What a resource writes to its console; the script fills it and keeps it going.</summary>
internal sealed class ConsolePage(ResourceBoard board)
{
    /// <param name="view">Null before one is chosen.</param>
    public Page Of(ResourceView? view)
    {
        var all = board.All();
        return new Page(view is null ? "Console" : $"{view.DisplayName} console", Html.Of($"""
            <div class="toolbar">
              <h1>Console</h1>
              <label>Resource <select id="console-resource" data-goto="/console/">
                {Html.If(view is null, $"<option value=\"\" selected>Choose…</option>")}
                {all.Select(other => Html.Of($"<option value=\"{other.Id}\"{Html.If(other.Id == view?.Id, $" selected")}>{other.DisplayName}</option>"))}
              </select></label>
              {Html.If(view is not null, $"""
              <input type="search" id="console-search" placeholder="Search" aria-label="Search the output" title="Search (/)">
              <label><input type="checkbox" id="console-only"> only matches</label>
              <label><input type="checkbox" id="console-errors"> only error output</label>
              <label><input type="checkbox" id="console-wrap" checked> wrap</label>
              <label><input type="checkbox" id="console-follow" checked> follow</label>
              <span id="console-count" class="count"></span>
              <a class="button" href="/console/{view?.Id}/download" download>Download</a>
              <a class="button" href="/resources/{view?.Id}">Details</a>
              """)}
            </div>
            {(view is null ? Choice(all) : Html.Of($"<div id=\"console\" class=\"console wrap\" data-lines=\"/console/{view.Id}/lines\" tabindex=\"0\" role=\"log\" aria-label=\"Console output of {view.DisplayName}\"></div>"))}
            """)) { Section = "Console" };
    }

    private static Html Choice(IEnumerable<ResourceView> all)
        => Html.Of($"<ul class=\"choice\">{all.Select(view => Html.Of($"<li><a href=\"/console/{view.Id}\">{view.DisplayName}</a> {ResourcesPage.State(view)}</li>"))}</ul>");
}
