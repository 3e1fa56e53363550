namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource, by name; its URL when asked for a value.</summary>
public sealed class EndpointReference : IExpressionValue, IValueWithReferences
{
    private EndpointAnnotation? _endpoint;

    public EndpointReference(IResourceWithEndpoints owner, EndpointAnnotation endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Resource = owner ?? throw new ArgumentNullException(nameof(owner));
        EndpointName = endpoint.Name;
        _endpoint = endpoint;
    }

    public EndpointReference(IResourceWithEndpoints owner, string endpointName)
    {
        Resource = owner ?? throw new ArgumentNullException(nameof(owner));
        EndpointName = endpointName ?? throw new ArgumentNullException(nameof(endpointName));
    }

    public IResourceWithEndpoints Resource { get; }

    public string EndpointName { get; }

    public EndpointAnnotation EndpointAnnotation => Find() ?? throw new InvalidOperationException(
        ErrorMessage ?? $"The endpoint `{EndpointName}` is not defined for the resource `{Resource.Name}`.");

    /// <summary>What to say, instead of the usual, when the endpoint does not exist.</summary>
    public string? ErrorMessage { get; init; }

    public bool Exists => Find() is not null;

    public bool IsAllocated => Find()?.AllocatedEndpoint is not null;

    public bool ExcludeReferenceEndpoint => EndpointAnnotation.ExcludeReferenceEndpoint;

    public bool IsHttp => EndpointAnnotation.UriScheme == "http";

    public bool IsHttps => EndpointAnnotation.UriScheme == "https";

    public bool IsHttpSchemeNamedEndpoint => EndpointName is "http" or "https";

    public bool TlsEnabled => EndpointAnnotation.TlsEnabled;

    public string Scheme => EndpointAnnotation.UriScheme;

    public int? TargetPort => EndpointAnnotation.TargetPort;

    public int Port => Allocated.Port;

    public string Host => Allocated.Address;

    public string Url => Allocated.UriString;

    IEnumerable<object> IValueWithReferences.References => [Resource];

    string IManifestExpressionProvider.ValueExpression => GetExpression(EndpointProperty.Url);

    private AllocatedEndpoint Allocated => EndpointAnnotation.AllocatedEndpoint ?? throw new InvalidOperationException(
        $"The endpoint `{EndpointName}` is not allocated for the resource `{Resource.Name}`.");

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
        => Property(EndpointProperty.Url).GetValueAsync(cancellationToken);

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
        => Property(EndpointProperty.Url).GetValueAsync(context, cancellationToken);

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    internal string GetExpression(EndpointProperty property)
    {
        var name = property switch
        {
            EndpointProperty.Url => "url",
            EndpointProperty.Host or EndpointProperty.IPV4Host => "host",
            EndpointProperty.Port => "port",
            EndpointProperty.Scheme => "scheme",
            EndpointProperty.TargetPort => "targetPort",
            EndpointProperty.HostAndPort => "hostAndPort",
            EndpointProperty.TlsEnabled => "tlsEnabled",
            _ => throw new ArgumentOutOfRangeException(nameof(property), property, "Not a property of an endpoint."),
        };

        return $"{{{Resource.Name}.bindings.{EndpointName}.{name}}}";
    }

    private EndpointAnnotation? Find() => _endpoint ??= Resource.Annotations.OfType<EndpointAnnotation>()
        .SingleOrDefault(endpoint => ResourceNames.Comparer.Equals(endpoint.Name, EndpointName));
}
