namespace Microsoft.Extensions.ServiceDiscovery;

public sealed class ConfigurationServiceEndpointProviderOptions
{
    /// <summary>The configuration section that holds a section per service.</summary>
    public string SectionName { get; set; } = "Services";

    /// <summary>Whether the service's name is sent as the Host header to an endpoint.</summary>
    public Func<ServiceEndpoint, bool> ShouldApplyHostNameMetadata { get; set; } = _ => false;
}
