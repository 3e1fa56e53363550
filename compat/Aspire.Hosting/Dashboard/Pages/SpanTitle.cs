using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>What to call a span. The names that .NET gives requests do not say which: their attributes do.</summary>
internal static class SpanTitle
{
    private const string ServerRequest = "Microsoft.AspNetCore.Hosting.HttpRequestIn";
    private const string ClientRequest = "System.Net.Http.HttpRequestOut";

    /// <summary>`GET /items/{id}` for a request, else the span's name.</summary>
    public static string Of(Span span)
    {
        if (span.Attribute("http.request.method") is not { } method || (span.Name != ServerRequest && span.Name != ClientRequest && span.Name != method))
            return span.Name;
        var target = span.Attribute("http.route") ?? span.Attribute("url.path")
            ?? (Uri.TryCreate(span.Attribute("url.full"), UriKind.Absolute, out var url) ? url.AbsolutePath : null);
        return target is null ? span.Name : $"{method} {target}";
    }
}
