using GenAI.Gateway.Access;
using GenAI.Gateway.Routing.Clients;

namespace GenAI.Gateway.Routing.Tracks;

/// <summary>What a client asked for by its header.</summary>
internal enum CanaryWish
{
    /// <summary>Nothing: its share decides.</summary>
    None,

    Wanted,
    Refused,
}

/// <summary>
/// What of a request decides by which track it is served. The header <see cref="Header"/> says <c>true</c> (also <c>1</c>, <c>yes</c>,
/// <c>always</c>) for the canary, <c>false</c> (<c>0</c>, <c>no</c>, <c>never</c>) for the other, or anything else as the name of the user
/// whose share counts; without it the key counts, or the address where keys are not asked for.
/// </summary>
internal readonly record struct TrackWish(CanaryWish Canary, ulong Client)
{
    public const string Header = "X-Canary-User";

    private const int LongestName = 256;

    public static TrackWish Of(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue(Header, out var values) || values is not [{ Length: >= 1 and <= LongestName } value])
            return new TrackWish(CanaryWish.None, ClientHash.Of(context));
        if (IsOneOf(value, "true", "1", "yes", "always")) return new TrackWish(CanaryWish.Wanted, 0);
        if (IsOneOf(value, "false", "0", "no", "never")) return new TrackWish(CanaryWish.Refused, 0);
        return new TrackWish(CanaryWish.None, ClientHash.OfName(value));
    }

    /// <summary>Of a caller of whose request nothing is known.</summary>
    public static TrackWish Of(Caller caller) => new(CanaryWish.None, ClientHash.OfKey(caller.Id));

    private static bool IsOneOf(string value, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (value.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
