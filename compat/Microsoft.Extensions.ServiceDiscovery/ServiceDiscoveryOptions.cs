namespace Microsoft.Extensions.ServiceDiscovery;

public sealed class ServiceDiscoveryOptions
{
    /// <summary>True (the default): any scheme that a request names may be used, and <see cref="AllowedSchemes"/> is ignored.</summary>
    public bool AllowAllSchemes { get; set; } = true;

    /// <summary>The schemes that may be used when <see cref="AllowAllSchemes"/> is false.</summary>
    public IList<string> AllowedSchemes { get; set; } = [];

    /// <summary>How long an answer holds whose providers cannot tell when it changes.</summary>
    public TimeSpan RefreshPeriod { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The allowed ones of the requested schemes, in the order requested; all allowed ones when none is requested.</summary>
    public IReadOnlyList<string> ApplyAllowedSchemes(IReadOnlyList<string> requestedSchemes)
    {
        ArgumentNullException.ThrowIfNull(requestedSchemes);
        if (requestedSchemes.Count == 0) return [.. AllowedSchemes];
        return AllowAllSchemes ? requestedSchemes : [.. requestedSchemes.Where(IsAllowed)];
    }

    internal bool IsAllowed(string scheme) => AllowAllSchemes || AllowedSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase);
}
