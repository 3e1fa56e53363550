using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// An endpoint of a resource. <see cref="Port"/> is where others reach it, <see cref="TargetPort"/> where the process
/// listens; without a proxy the two are the same, and either may be given for both.
/// </summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int? _port;
    private int? _targetPort;
    private string? _transport;
    private bool? _tlsEnabled;

    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme = null,
        string? transport = null,
        string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool? isProxied = null)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        Name = ResourceNames.Validated("Endpoint", name ?? UriScheme);
        _transport = transport;
        _port = port;
        _targetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsExplicitlyProxied = isProxied;
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    public int? Port
    {
        get => _port ?? (IsProxied ? null : _targetPort);
        set => _port = value;
    }

    /// <summary>The port that was asked for by number, proxied or not.</summary>
    internal int? SpecifiedPort => _port is 0 ? null : _port;

    public int? TargetPort
    {
        get => _targetPort ?? (IsProxied ? null : _port);
        set => _targetPort = value;
    }

    public string UriScheme { get; set; }

    public string TargetHost { get; set; } = "localhost";

    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol.ToString().ToLowerInvariant());
        set => _transport = value;
    }

    public bool IsExternal { get; set; }

    public bool IsProxied
    {
        get => IsExplicitlyProxied ?? true;
        set => IsExplicitlyProxied = value;
    }

    /// <summary>What the AppHost said about a proxy, if anything.</summary>
    public bool? IsExplicitlyProxied { get; set; }

    public bool ExcludeReferenceEndpoint { get; set; }

    public bool TlsEnabled
    {
        get => _tlsEnabled ?? UriScheme == "https";
        set => _tlsEnabled = value;
    }

    /// <summary>Where the endpoint came to lie; null until the application starts.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocated.Task.IsCompletedSuccessfully ? _allocated.Task.Result : null;
        set
        {
            if (value is null)
                _allocated.TrySetException(new InvalidOperationException($"The endpoint `{Name}` is not allocated"));
            else if (!_allocated.TrySetResult(value))
                throw new InvalidOperationException($"The endpoint `{Name}` is already allocated.");
        }
    }

    /// <summary>The variable that tells the process its port (`env:` of WithHttpEndpoint).</summary>
    internal string? TargetPortEnvironmentVariable { get; set; }

    internal Task<AllocatedEndpoint> WhenAllocatedAsync(CancellationToken cancellationToken) => _allocated.Task.WaitAsync(cancellationToken);
}
