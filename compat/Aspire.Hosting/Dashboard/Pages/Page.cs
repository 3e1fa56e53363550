using Aspire.Hosting.Dashboard.Live;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>A page's content and the topics whose changes make it another; the script then asks for the content alone, by a header.</summary>
internal sealed record Page(string Title, Html Content, params Topic[] Topics)
{
    /// <summary>The part of the navigation that the page belongs to.</summary>
    public string Section { get; init; } = "";

    /// <summary>Asked for by the script when a topic has changed.</summary>
    private const string ContentOnlyHeader = "X-Content-Only";

    public async Task WriteAsync(HttpContext context, string applicationName)
    {
        var contentOnly = context.Request.Headers.ContainsKey(ContentOnlyHeader);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.Vary = ContentOnlyHeader;
        await context.Response.WriteAsync((contentOnly ? Content : Whole(applicationName)).ToString(), context.RequestAborted);
    }

    public Html Whole(string applicationName) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>{Title} · {applicationName}</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
          <script src="/assets/theme.js"></script>
          <link rel="stylesheet" href="/assets/dashboard.css">
          <script src="/assets/dashboard.js" defer></script>
        </head>
        <body>
          <a class="skip" href="#content">Skip to content</a>
          <header>
            <a class="brand" href="/"><svg width="18" height="18" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1 15 14H1Z" fill="currentColor"/></svg> {applicationName}</a>
            <nav aria-label="Pages">{Links()}</nav>
            <span id="connection" class="faint" role="status"></span>
            <button id="theme" type="button" title="Dark or light (d)" aria-label="Dark or light">◐</button>
          </header>
          <main id="content" tabindex="-1" data-topics="{string.Join(',', Topics).ToLowerInvariant()}">{Content}</main>
          <div id="toasts" role="status" aria-live="polite"></div>
        </body>
        </html>
        """);

    private IEnumerable<Html> Links()
    {
        (string Path, string Name, string Key)[] sections =
            [("/", "Resources", "r"), ("/graph", "Graph", "g"), ("/console", "Console", "c"), ("/logs", "Logs", "s"), ("/traces", "Traces", "t"), ("/metrics", "Metrics", "m")];
        return sections.Select(section => Html.Of(
            $"""<a href="{section.Path}" data-key="{section.Key}" title="{section.Name} ({section.Key})"{Html.If(section.Name == Section, $" aria-current=\"page\"")}>{section.Name}</a>"""));
    }
}
