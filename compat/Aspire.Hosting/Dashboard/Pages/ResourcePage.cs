using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Resources;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>Everything that is known of one resource.</summary>
internal sealed class ResourcePage(Commands commands)
{
    public Page Of(ResourceView view)
    {
        var waits = view.Resource.Annotations.OfType<WaitAnnotation>().ToArray();
        var relations = view.Resource.Annotations.OfType<ResourceRelationshipAnnotation>().Where(relation => relation.Type != "WaitFor").ToArray();
        return new Page(view.DisplayName, Html.Of($"""
            <p class="crumbs"><a href="/">Resources</a> › {view.DisplayName}</p>
            <div class="toolbar">
              <h1>{view.DisplayName}</h1>
              {ResourcesPage.State(view)}
              <span class="actions">{commands.Buttons(view)}</span>
            </div>
            <p class="links">
              <a class="button" href="/console/{view.Id}">Console</a>
              <a class="button" href="/logs?service={view.Resource.Name}">Structured logs</a>
              <a class="button" href="/traces?service={view.Resource.Name}">Traces</a>
              <a class="button" href="/metrics?service={view.Resource.Name}">Metrics</a>
            </p>
            <div class="panels">
            <section><h2>Details</h2><dl>
              <dt>Type</dt><dd>{view.Type}</dd>
              <dt>Source</dt><dd class="wrap">{view.Source}</dd>
              {Html.If(view.Started is not null, $"<dt>Started</dt><dd>{Format.Time(view.Started ?? default)}</dd>")}
              {Html.If(view.Stopped is not null, $"<dt>Ended</dt><dd>{Format.Time(view.Stopped ?? default)}</dd>")}
              {Html.If(view.ExitCode is not null, $"<dt>Exit code</dt><dd>{view.ExitCode ?? 0}</dd>")}
              {view.Properties.Where(property => property.Name != CustomResourceKnownProperties.Source).Select(property => Html.Of($"<dt>{property.Name}</dt><dd class=\"wrap\">{property.Value}</dd>"))}
            </dl></section>
            {Html.If(view.Urls.Length > 0, $"<section><h2>Endpoints</h2><dl>{view.Urls.Select(url => Html.Of($"<dt>{url.Name ?? "link"}</dt><dd class=\"wrap\">{ResourcesPage.Url(url)}</dd>"))}</dl></section>")}
            {Html.If(view.Health.Length > 0, $"<section><h2>Health checks</h2>{view.Health.Select(Health)}</section>")}
            {Html.If(waits.Length + relations.Length > 0, $"<section><h2>Relations</h2><dl>{waits.Select(Wait)}{relations.Select(relation => Html.Of($"<dt>{relation.Type}</dt><dd><a href=\"/resources/{relation.Resource.Name}\">{relation.Resource.Name}</a></dd>"))}</dl></section>")}
            </div>
            {Html.If(view.Environment.Length > 0, $"<section><h2>Environment</h2><div class=\"scroll\"><table class=\"pairs\" id=\"environment\"><thead><tr><th>Name</th><th>Value</th></tr></thead><tbody>{view.Environment.Select(variable => Html.Of($"<tr><td><code>{variable.Name}</code></td><td class=\"wrap\"><code>{variable.Value}</code></td></tr>"))}</tbody></table></div></section>")}
            """), Topic.Resources) { Section = "Resources" };
    }

    private static Html Wait(WaitAnnotation wait) => Html.Of($"""
        <dt>{wait.WaitType switch { WaitType.WaitForCompletion => "waits for the end of", WaitType.WaitUntilStarted => "waits for the start of", _ => "waits for" }}</dt>
        <dd><a href="/resources/{wait.Resource.Name}">{wait.Resource.Name}</a></dd>
        """);

    private static Html Health(HealthReportSnapshot report)
    {
        var mood = report.Status switch
        {
            null => "busy",
            Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy => "well",
            Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded => "warning",
            _ => "failed",
        };
        return Html.Of($"""
            <div class="check"><span class="state {mood}">{report.Status?.ToString() ?? "Not run yet"}</span> <span class="wrap">{report.Name}</span>
            {Html.If(report.LastRunAt is not null, $"<span class=\"faint\">last run {Format.Time(report.LastRunAt ?? default)}</span>")}
            {Html.If(report.Description is not null, $"<p class=\"wrap\">{report.Description}</p>")}
            {Html.If(report.ExceptionText is not null, $"<details><summary>Exception</summary><pre>{report.ExceptionText}</pre></details>")}</div>
            """);
    }
}
