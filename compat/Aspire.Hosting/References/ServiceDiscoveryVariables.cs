namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// What a resource is told about another's endpoints, e.g. for endpoint `api` (scheme http) of `orders-db`:
/// <code>
/// services__orders-db__api__0 = http://localhost:5101     read by service discovery
/// ORDERS_DB_API               = http://localhost:5101     for everything that has none
/// </code>
/// An endpoint named `http` or `https` is keyed by its scheme.
/// </summary>
internal static class ServiceDiscoveryVariables
{
    public static void Add(Dictionary<string, object> variables, EndpointReferenceAnnotation reference, string? name)
    {
        var serviceName = name ?? reference.Resource.Name;
        var prefix = EnvironmentNames.Encode(name ?? reference.Resource.Name.ToUpperInvariant());
        foreach (var endpoint in reference.Resource.GetEndpoints().Where(endpoint => IsWanted(endpoint, reference)))
        {
            variables[$"{prefix}_{EnvironmentNames.Encode(endpoint.EndpointName).ToUpperInvariant()}"] = endpoint;
            variables[FreeKey(variables, serviceName, endpoint)] = endpoint;
        }
    }

    private static bool IsWanted(EndpointReference endpoint, EndpointReferenceAnnotation reference)
        => reference.EndpointNames.Contains(endpoint.EndpointName)
            || (reference.UseAllEndpoints && !endpoint.ExcludeReferenceEndpoint);

    private static string FreeKey(Dictionary<string, object> variables, string serviceName, EndpointReference endpoint)
    {
        var scheme = endpoint.IsHttpSchemeNamedEndpoint ? endpoint.Scheme : endpoint.EndpointName;
        for (var index = 0; ; index++)
        {
            var key = $"services__{serviceName}__{scheme}__{index}";
            if (!variables.ContainsKey(key))
                return key;
        }
    }
}
