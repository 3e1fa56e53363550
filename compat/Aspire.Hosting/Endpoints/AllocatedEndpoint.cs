namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where an endpoint lies while the application runs.</summary>
public class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
{
    public EndpointAnnotation Endpoint { get; } = endpoint ?? throw new ArgumentNullException(nameof(endpoint));

    public string Address { get; } = address ?? throw new ArgumentNullException(nameof(address));

    public int Port { get; } = port;

    /// <summary>What stands for the process's own port until an instance is started: each replica has another.</summary>
    public string? TargetPortExpression { get; } = targetPortExpression;

    public string UriScheme => Endpoint.UriScheme;

    public string EndPointString => $"{Address}:{Port}";

    public string UriString => $"{UriScheme}://{EndPointString}";

    public override string ToString() => UriString;
}
