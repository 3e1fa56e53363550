namespace GenAI.Gateway.Access.Requests;

/// <summary>What a request must bring.</summary>
/// <param name="AnyOf">One of these scopes is enough; <see cref="Scopes.None"/> with <paramref name="NeedsKey"/>: any key will do.</param>
internal readonly record struct RouteNeed(bool NeedsKey, Scopes AnyOf)
{
    private const Scopes Reading = Scopes.Generate | Scopes.ReadOwn | Scopes.ReadAll | Scopes.Admin;

    private static readonly RouteNeed Open = new(false, Scopes.None);

    /// <summary>Of whoever reads from a model.</summary>
    public static RouteNeed OfReading { get; } = new(true, Reading);

    /// <summary>
    /// By method and address, so that a route that is new needs a key until it says otherwise here. Reading takes any scope, since whose jobs
    /// are seen is decided at each job (<see cref="Caller.MaySee"/>); everything else takes <c>generate</c>.
    /// </summary>
    public static RouteNeed Of(string method, PathString path, bool openMetrics)
    {
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        if (isRead && (Is(path, "/health") || Is(path, "/alive"))) return Open;
        if (Is(path, "/metrics")) return openMetrics ? Open : new RouteNeed(true, Scopes.ReadAll | Scopes.Admin);
        // The address of a picture carries its own proof, for clients that are given nothing but the address.
        if (isRead && path.StartsWithSegments("/v1/images/files", StringComparison.OrdinalIgnoreCase)) return Open;
        if (path.StartsWithSegments("/v1/keys", StringComparison.OrdinalIgnoreCase)) return new RouteNeed(true, Scopes.Admin);
        if (Is(path, "/v1/usage") || Is(path, "/v1/tickets")) return new RouteNeed(true, Scopes.None);
        return isRead ? OfReading : new RouteNeed(true, Scopes.Generate);
    }

    /// <summary>
    /// Whether a key may come as the password of Basic authentication: on A1111's routes, whose clients know nothing else. Nowhere else, because
    /// browsers send it along by themselves, with requests that other sites' pages make too.
    /// </summary>
    public static bool TakesBasic(PathString path) => path.StartsWithSegments("/sdapi", StringComparison.OrdinalIgnoreCase);

    public bool IsMetBy(Caller caller) => AnyOf == Scopes.None || (caller.Scopes & AnyOf) != Scopes.None;

    private static bool Is(PathString path, string address) => path.Equals(address, StringComparison.OrdinalIgnoreCase);
}
