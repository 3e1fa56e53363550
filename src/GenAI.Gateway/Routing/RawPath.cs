using System.Text;

namespace GenAI.Gateway.Routing;

/// <summary>
/// The path exactly as the client wrote it. The server decodes a path before routing, all but <c>%2F</c>, and what was decoded cannot be
/// encoded again without a guess: <c>a%2Fb</c> (a slash inside a name, as ComfyUI's <c>/userdata/workflows%2Fx.json</c> has it) and
/// <c>a%252Fb</c> look the same. So a path with a percent sign in it goes to the instance in its original spelling.
/// </summary>
internal static class RawPath
{
    /// <summary>
    /// The path after its first <paramref name="skip"/> segments, dot segments resolved as the server resolved them for routing
    /// (RFC 3986, 5.2.4, on the decoded segments), so that nothing climbs out of what routing has decided.
    /// Example: <c>/models/flux-1-dev/a%2Fb?x=1</c> and 2 → <c>/a%2Fb</c>. Null when the target has no such path.
    /// </summary>
    public static string? Remainder(string rawTarget, int skip)
    {
        var path = PathOf(rawTarget);
        if (path is null) return null;

        var segments = new List<string>();
        var parts = path[1..].Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            switch (Uri.UnescapeDataString(parts[i]))
            {
                case ".":
                    if (isLast) segments.Add("");
                    break;
                case "..":
                    if (segments.Count > 0) segments.RemoveAt(segments.Count - 1);
                    if (isLast) segments.Add("");
                    break;
                default:
                    segments.Add(parts[i]);
                    break;
            }
        }

        return segments.Count < skip ? null : new StringBuilder("/").AppendJoin('/', segments.Skip(skip)).ToString();
    }

    /// <summary>Origin form <c>/path?query</c>, or absolute form <c>http://host/path?query</c>; nothing else has a path.</summary>
    private static string? PathOf(string rawTarget)
    {
        var start = 0;
        if (!rawTarget.StartsWith('/'))
        {
            var authority = rawTarget.IndexOf("://", StringComparison.Ordinal);
            start = authority < 0 ? -1 : rawTarget.IndexOf('/', authority + 3);
        }

        if (start < 0) return null;
        var query = rawTarget.IndexOf('?', start);
        return query < 0 ? rawTarget[start..] : rawTarget[start..query];
    }
}
