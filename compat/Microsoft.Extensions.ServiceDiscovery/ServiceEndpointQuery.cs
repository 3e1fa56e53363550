using System.Diagnostics.CodeAnalysis;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>
/// What is asked for: <c>catalog</c>, <c>http://catalog</c>, <c>https+http://catalog</c> (schemes in order of preference),
/// <c>http://_admin.catalog</c> (the endpoint named <c>admin</c>).
/// </summary>
public sealed class ServiceEndpointQuery
{
    private readonly string _input;

    private ServiceEndpointQuery(string input, string[] schemes, string host, int port)
    {
        _input = input;
        IncludedSchemes = schemes;
        Port = port;
        (EndpointName, ServiceName) = SplitHost(host);
    }

    public string? EndpointName { get; }

    public IReadOnlyList<string> IncludedSchemes { get; }

    public string ServiceName { get; }

    /// <summary>The port that was written, or 0.</summary>
    internal int Port { get; }

    public static bool TryParse(string input, [NotNullWhen(true)] out ServiceEndpointQuery? query)
    {
        ArgumentNullException.ThrowIfNull(input);
        var hasScheme = input.Contains("://", StringComparison.Ordinal);
        query = Uri.TryCreate(hasScheme ? input : $"none://{input}", UriKind.Absolute, out var uri)
            ? new ServiceEndpointQuery(input, hasScheme ? uri.Scheme.Split('+') : [], uri.Host, Math.Max(uri.Port, 0))
            : null;
        return query is not null;
    }

    public override string? ToString() => _input;

    private static (string? EndpointName, string ServiceName) SplitHost(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        var named = host.StartsWith('_') && dot > 1 && dot < host.Length - 1;
        return named ? (host[1..dot], host[(dot + 1)..]) : (null, host);
    }
}
