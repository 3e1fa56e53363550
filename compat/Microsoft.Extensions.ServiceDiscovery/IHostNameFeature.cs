namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>The host name to send to an endpoint instead of its address.</summary>
public interface IHostNameFeature
{
    string HostName { get; }
}
