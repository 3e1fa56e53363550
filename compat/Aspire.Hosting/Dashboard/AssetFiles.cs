using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

/// <summary>The style sheet, scripts and icon, which lie in the assembly. Nothing else is ever served from here.</summary>
internal static class AssetFiles
{
    private const string Prefix = "Aspire.Hosting.Dashboard.Assets.";

    private static readonly FrozenDictionary<string, (string ContentType, byte[] Content)> Files = Read().ToFrozenDictionary(StringComparer.Ordinal);

    public static async Task WriteAsync(HttpContext context)
    {
        if (!Files.TryGetValue((string)context.GetRouteValue("file")!, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = file.Content.Length;
        // Asked for again each time: the next AppHost on this port may be built anew.
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.Body.WriteAsync(file.Content, context.RequestAborted);
    }

    private static IEnumerable<KeyValuePair<string, (string, byte[])>> Read()
    {
        var assembly = typeof(AssetFiles).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            yield return new(name[Prefix.Length..], (ContentTypeOf(name), content));
        }
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
}
