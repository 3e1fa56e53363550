using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Access;
using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Pages;
using Aspire.Hosting.Dashboard.Resources;
using Aspire.Hosting.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard;

/// <summary>The pages, what keeps them live, and the commands.</summary>
internal sealed class DashboardApi(
    BrowserAccess access,
    ResourceBoard board,
    TelemetryStore store,
    ResourceCommandService commandService,
    ChangeFeed changeFeed,
    ConsoleFeed consoleFeed,
    ResourcesPage resources,
    ResourcePage resource,
    GraphPage graph,
    ConsolePage console,
    LogsPage logs,
    TracesPage traces,
    TracePage trace,
    MetricsPage metrics,
    IHostEnvironment environment,
    IHostApplicationLifetime lifetime)
{
    public BrowserAccess Access => access;

    public void Map(WebApplication app)
    {
        // The pages end when the application begins to stop, not when the last resource has.
        var streams = new EventStream([lifetime.ApplicationStopping, app.Lifetime.ApplicationStopping]);
        var name = environment.ApplicationName;

        app.MapGet(FrontDoor.LoginPath, LoginAsync);
        app.MapPost(FrontDoor.LoginPath, LoginAsync);
        app.MapGet($"{FrontDoor.AssetsPath}/{{file}}", AssetFiles.WriteAsync);

        app.MapGet("/", context => resources.Of().WriteAsync(context, name));
        app.MapGet("/resources/{id}", context => PageAsync(context, Resource(context) is { } view ? resource.Of(view) : null));
        app.MapPost("/resources/{id}/commands/{command}", ExecuteAsync);
        app.MapGet("/graph", context => graph.Of().WriteAsync(context, name));
        app.MapGet("/console", context => console.Of(null).WriteAsync(context, name));
        app.MapGet("/console/{id}", context => PageAsync(context, Resource(context) is { } view ? console.Of(view) : null));
        app.MapGet("/console/{id}/download", DownloadAsync);
        app.MapGet("/logs", context => logs.Of(new Query(context.Request.Query)).WriteAsync(context, name));
        app.MapGet("/logs/{id:long}", context => PageAsync(context, store.Logs.Get(long.Parse(Route(context, "id"), CultureInfo.InvariantCulture)) is { } record ? logs.Of(record) : null));
        app.MapGet("/traces", context => traces.Of(new Query(context.Request.Query)).WriteAsync(context, name));
        app.MapGet("/traces/{id}", TraceAsync);
        app.MapGet("/metrics", context => metrics.Of(new Query(context.Request.Query)).WriteAsync(context, name));

        app.MapGet("/changes", context => streams.RunAsync(context, (send, over) => changeFeed.RunAsync(Topics(context), send, over)));
        app.MapGet("/console/{id}/lines", context => Resource(context) is { } view
            ? streams.RunAsync(context, (send, over) => consoleFeed.RunAsync(view, send, over))
            : PageAsync(context, null));
        app.MapFallback(context => PageAsync(context, null));
    }

    private ResourceView? Resource(HttpContext context) => board.Find(Route(context, "id"));

    private static string Route(HttpContext context, string name) => (string)context.GetRouteValue(name)!;

    private static Topic[] Topics(HttpContext context)
        => [.. context.Request.Query["topics"].ToString().Split(',').Where(text => Enum.TryParse<Topic>(text, ignoreCase: true, out _))
            .Select(text => Enum.Parse<Topic>(text, ignoreCase: true)).Distinct()];

    private Task PageAsync(HttpContext context, Page? page)
    {
        if (page is null)
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        return (page ?? new Page("Not found", Html.Of($"""
            <h1>Not here</h1><p>There is nothing at <code>{context.Request.Path}</code> (any more): telemetry makes room for newer, and ids change when the AppHost is restarted.</p>
            """))).WriteAsync(context, environment.ApplicationName);
    }

    private Task TraceAsync(HttpContext context)
    {
        var found = UInt128.TryParse(Route(context, "id"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id) ? store.Traces.Get(id) : null;
        return PageAsync(context, found is var (spans, dropped) ? trace.Of(id, spans, dropped, new Query(context.Request.Query)) : null);
    }

    private async Task LoginAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        var (token, returnUrl) = HttpMethods.IsPost(context.Request.Method)
            ? (form["t"].ToString(), form["returnUrl"].ToString())
            : (context.Request.Query["t"].ToString(), context.Request.Query["returnUrl"].ToString());
        // Only ever to a page of the dashboard.
        if (!returnUrl.StartsWith('/') || returnUrl.StartsWith("//", StringComparison.Ordinal) || returnUrl.Contains('\\', StringComparison.Ordinal))
            returnUrl = "/";
        if (access.IsSignedIn(context) || access.TrySignIn(context, token))
        {
            context.Response.Redirect(returnUrl);
            return;
        }

        context.Response.StatusCode = token.Length > 0 ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK;
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(LoginPage.Whole(environment.ApplicationName, returnUrl, token.Length > 0).ToString(), context.RequestAborted);
    }

    /// <summary>JSON for the script; without it, a page that says what came of the command.</summary>
    private async Task ExecuteAsync(HttpContext context)
    {
        var (id, command) = (Route(context, "id"), Uri.UnescapeDataString(Route(context, "command")));
        if (board.Find(id) is not { } view)
        {
            await PageAsync(context, null);
            return;
        }

        var result = await commandService.ExecuteCommandAsync(id, command, lifetime.ApplicationStopping);
        var message = $"{command} {view.DisplayName}: {(result.Success ? "done" : result.Canceled ? "cancelled" : "failed")}{(result.Message is { Length: > 0 } text ? $". {text}" : "")}";
        if (context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal))
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { success = result.Success, message }), context.RequestAborted);
        }
        else if (result.Success)
        {
            context.Response.Redirect("/");
        }
        else
        {
            await new Page("Command failed", Html.Of($"<h1>Command failed</h1><p class=\"error\">{message}</p><p><a href=\"/resources/{id}\">{view.DisplayName}</a></p>")).WriteAsync(context, environment.ApplicationName);
        }
    }

    private async Task DownloadAsync(HttpContext context)
    {
        if (Resource(context) is not { } view)
        {
            await PageAsync(context, null);
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{view.Id}.log\"";
        await consoleFeed.WriteAllAsync(view, context.Response.Body, context.RequestAborted);
    }
}
