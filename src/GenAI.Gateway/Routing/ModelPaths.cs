namespace GenAI.Gateway.Routing;

/// <summary>Where a model's own API lies on the gateway's main port: <c>/models/{name}/…</c>.</summary>
internal static class ModelPaths
{
    public const string Prefix = "/models";

    /// <summary>The number of segments in front of the model's own path.</summary>
    public const int PrefixSegments = 2;

    /// <summary>The model's name as the path writes it, whether or not such a model exists; null for a path outside <see cref="Prefix"/>.</summary>
    public static string? ModelName(PathString path)
    {
        if (!path.StartsWithSegments(Prefix, StringComparison.OrdinalIgnoreCase, out var rest) || rest.Value is not { Length: > 1 } value) return null;
        var end = value.IndexOf('/', 1);
        return end < 0 ? value[1..] : value[1..end];
    }

    /// <summary>What follows the model's name in a path that has one: empty, or begins with a slash.</summary>
    public static ReadOnlySpan<char> Rest(ReadOnlySpan<char> path)
    {
        var name = path[(Prefix.Length + 1)..];
        var end = name.IndexOf('/');
        return end < 0 ? default : name[end..];
    }
}
