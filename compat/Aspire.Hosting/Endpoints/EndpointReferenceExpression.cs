using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

public enum EndpointProperty
{
    Url,
    Host,
    IPV4Host,
    Port,
    Scheme,
    TargetPort,
    HostAndPort,
    TlsEnabled,
}

/// <summary>One property of an endpoint, as a value.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
    : IExpressionValue, IValueWithReferences
{
    public EndpointReference Endpoint { get; } = endpointReference ?? throw new ArgumentNullException(nameof(endpointReference));

    public EndpointProperty Property { get; } = property;

    public string ValueExpression => Endpoint.GetExpression(Property);

    IEnumerable<object> IValueWithReferences.References => [Endpoint];

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
        => GetValueAsync(new ValueProviderContext(), cancellationToken);

    /// <summary>As the caller sees it: a container finds another one by its name, and this machine's endpoints at another address.</summary>
    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) => Property switch
    {
        EndpointProperty.Scheme => Endpoint.Scheme,
        EndpointProperty.TlsEnabled => Endpoint.TlsEnabled.ToString(),
        EndpointProperty.IPV4Host when context.HostPort is null => "127.0.0.1",
        EndpointProperty.TargetPort when Endpoint.TargetPort is int port => port.ToString(CultureInfo.InvariantCulture),
        _ => Of(await AllocatedForAsync(context, cancellationToken)),
    };

    private async ValueTask<AllocatedEndpoint> AllocatedForAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        var allocated = await Endpoint.EndpointAnnotation.WhenAllocatedAsync(cancellationToken);
        if (context.HostPort is null || Property == EndpointProperty.TargetPort)
            return allocated;
        if (Endpoint.Resource.IsContainer())
            return new AllocatedEndpoint(allocated.Endpoint, ContainerHostNames.Of(Endpoint.Resource), allocated.Endpoint.TargetPort ?? allocated.Port);
        var (host, port) = await context.HostPort(allocated.Port, cancellationToken);
        return new AllocatedEndpoint(allocated.Endpoint, host, port);
    }

    private string? Of(AllocatedEndpoint allocated) => Property switch
    {
        EndpointProperty.Url => allocated.UriString,
        EndpointProperty.Host or EndpointProperty.IPV4Host => allocated.Address,
        EndpointProperty.Port => allocated.Port.ToString(CultureInfo.InvariantCulture),
        EndpointProperty.HostAndPort => allocated.EndPointString,
        EndpointProperty.TargetPort => allocated.TargetPortExpression,
        _ => throw new InvalidOperationException($"The property '{Property}' is not supported for the endpoint '{Endpoint.EndpointName}'."),
    };
}
