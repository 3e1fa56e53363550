using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Aspire.Hosting.Dashboard.Access;

/// <summary>What every request to the pages passes: headers, the Host, the login, and for what changes something its origin and form value.</summary>
internal sealed class FrontDoor(BrowserAccess access, HostCheck hosts)
{
    public const string FormField = "form-value";
    public const string LoginPath = "/login";
    public const string AssetsPath = "/assets";

    // Nothing from elsewhere, nothing inline, in nobody's frame.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-store";

        if (!hosts.Allows(request.Host))
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"The dashboard is not '{request.Host.Host}': open it under the address that the AppHost printed.");
        else if (IsFromElsewhere(request))
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "This request comes from another site's page.");
        else if (!access.IsSignedIn(context) && !IsPublic(request.Path))
            await AskToSignInAsync(context);
        else if (Changes(request) && !IsPublic(request.Path) && !await HasFormValueAsync(request))
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "The form is not one of this dashboard's, or older than its login: reload the page.");
        else
            await next(context);
    }

    private static bool IsPublic(PathString path) => path == LoginPath || path.StartsWithSegments(AssetsPath, StringComparison.Ordinal);

    private static bool Changes(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    /// <summary>
    /// Another port of this machine is another origin but the same site, so cookies come with what its pages send. A link that is
    /// followed is welcome; anything else must come from the dashboard's own pages.
    /// </summary>
    private static bool IsFromElsewhere(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "cross-site" or "same-site" && (Changes(request) || request.Headers["Sec-Fetch-Mode"] != "navigate"))
            return true;
        var origin = request.Headers.Origin.ToString();
        return Changes(request) && origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private async Task<bool> HasFormValueAsync(HttpRequest request)
        => request.HasFormContentType && access.IsFormValue((await request.ReadFormAsync(request.HttpContext.RequestAborted))[FormField]);

    private static Task AskToSignInAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "Log in with the link that the AppHost printed.");
        context.Response.Redirect($"{LoginPath}?returnUrl={Uri.EscapeDataString(context.Request.GetEncodedPathAndQuery())}");
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason, context.RequestAborted);
    }
}
