using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.ServiceDiscovery.Resolution;

namespace Microsoft.Extensions.ServiceDiscovery.Configuration;

/// <summary>
/// Reads <c>Services:catalog:http:0 = http://10.0.0.1:8080</c>, or without an index when there is one address only. The third
/// part is the endpoint's name; without a name in the query it is <c>default</c>, else the first of the query's schemes that exists.
/// </summary>
internal sealed class ConfigurationServiceEndpointProvider(
    ServiceEndpointQuery query,
    IConfiguration configuration,
    ConfigurationServiceEndpointProviderOptions options,
    ServiceDiscoveryOptions discoveryOptions) : IServiceEndpointProvider, IHostNameFeature
{
    private const string DefaultEndpointName = "default";

    private readonly IReadOnlyList<string> _schemes = discoveryOptions.ApplyAllowedSchemes(query.IncludedSchemes);

    public string HostName => query.ServiceName;

    public ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        if (endpoints.Endpoints.Count > 0) return ValueTask.CompletedTask;

        var service = configuration.GetSection(options.SectionName).GetSection(query.ServiceName);
        endpoints.AddChangeToken(configuration.GetReloadToken());
        if (FindEndpointSection(service) is not { } section) return ValueTask.CompletedTask;

        foreach (var endpoint in KeepPreferredScheme([.. ReadAddresses(section)])) endpoints.Endpoints.Add(endpoint);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IConfigurationSection? FindEndpointSection(IConfigurationSection service)
    {
        IEnumerable<string> names = query.EndpointName is { } name ? [name] : [DefaultEndpointName, .. _schemes];
        return names.Select(service.GetSection).FirstOrDefault(section => section.Exists());
    }

    private IEnumerable<ServiceEndpoint> ReadAddresses(IConfigurationSection section)
    {
        if (!string.IsNullOrWhiteSpace(section.Value)) return [ReadAddress(section)];
        return section.GetChildren().Select(child => int.TryParse(child.Key, out _)
            ? ReadAddress(child)
            : throw new KeyNotFoundException($"The configuration key '{child.Path}' should end in an index: 0, 1, 2…"));
    }

    private ServiceEndpoint ReadAddress(IConfigurationSection section)
    {
        if (!EndpointParser.TryParse(section.Value, out var address))
            throw new KeyNotFoundException($"The configuration value '{section.Path}' is '{section.Value}'; expected an address such as http://host:8080.");

        var endpoint = ServiceEndpoint.Create(address);
        endpoint.Features.Set<IServiceEndpointProvider>(this);
        if (options.ShouldApplyHostNameMetadata(endpoint)) endpoint.Features.Set<IHostNameFeature>(this);
        return endpoint;
    }

    /// <summary>Of addresses with a scheme, only those with the most preferred scheme that any of them has; all without a scheme.</summary>
    private IEnumerable<ServiceEndpoint> KeepPreferredScheme(List<ServiceEndpoint> endpoints)
    {
        if (query.IncludedSchemes.Count == 0 && discoveryOptions.AllowAllSchemes) return endpoints;
        var preferred = _schemes.FirstOrDefault(scheme => endpoints.Exists(endpoint => SchemeOf(endpoint) == scheme));
        return endpoints.Where(endpoint => SchemeOf(endpoint) is not { } scheme || scheme == preferred);
    }

    private static string? SchemeOf(ServiceEndpoint endpoint) => (endpoint.EndPoint as UriEndPoint)?.Uri.Scheme;

    public override string ToString() => "Configuration";
}
