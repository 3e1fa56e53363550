using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery.Resolution;

namespace Microsoft.Extensions.ServiceDiscovery.Http;

/// <summary>Sends a request for a service's name to one of the service's addresses.</summary>
internal sealed class ResolvingHttpDelegatingHandler(ServiceEntries entries, IOptions<ServiceDiscoveryOptions> options) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { Host.Length: > 0 } named) return await base.SendAsync(request, cancellationToken);

        var endpoint = await entries.UseAsync(
            named.GetLeftPart(UriPartial.Authority), (entry, token) => entry.NextEndpointAsync(token), cancellationToken);
        request.RequestUri = EndpointUri.Combine(named, endpoint.EndPoint, options.Value);
        request.Headers.Host ??= endpoint.Features.Get<IHostNameFeature>()?.HostName;
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // A retry further out must choose an address anew.
            request.RequestUri = named;
        }
    }
}
