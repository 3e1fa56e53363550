using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>
/// Which paths of a model the gateway answers itself, by their first segment: <c>queue</c>, <c>history</c>. Read from the routes that there are,
/// so that a new one needs no mention here. It errs to one side: a path that is not listed is passed through for certain.
/// </summary>
internal sealed class OwnPaths(EndpointDataSource endpoints)
{
    private const int LongestSegment = 64;

    // Routes are mapped before anything is listened to, and the own ones do not change after that.
    private readonly Lazy<FrozenSet<string>> _segments = new(() => Segments(endpoints));

    /// <param name="rest">The path after the model's name: begins with a slash.</param>
    public bool Has(ReadOnlySpan<byte> rest)
    {
        var segment = rest[1..];
        if (segment.IndexOf((byte)'/') is var end and >= 0) segment = segment[..end];
        if (segment.Length > LongestSegment) return true;
        Span<char> text = stackalloc char[LongestSegment];
        Encoding.ASCII.GetChars(segment, text);
        return _segments.Value.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text[..segment.Length]);
    }

    private static FrozenSet<string> Segments(EndpointDataSource endpoints) => endpoints.Endpoints
        .OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<RouteModel>() is null && IsOfModel(endpoint.RoutePattern))
        .Select(endpoint => First(endpoint.RoutePattern))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static bool IsOfModel(RoutePattern pattern) =>
        pattern.PathSegments.Count >= ModelPaths.PrefixSegments && Literal(pattern.PathSegments[0]) is { } first
        && first.Equals(ModelPaths.Prefix[1..], StringComparison.OrdinalIgnoreCase);

    private static string First(RoutePattern pattern)
    {
        if (pattern.PathSegments.Count == ModelPaths.PrefixSegments) return "";
        return Literal(pattern.PathSegments[ModelPaths.PrefixSegments])
            ?? throw new InvalidOperationException($"The route '{pattern.RawText}' answers for every path of a model; expected one that begins with a word.");
    }

    private static string? Literal(RoutePatternPathSegment segment) => segment is { IsSimple: true, Parts: [RoutePatternLiteralPart part] } ? part.Content : null;
}
