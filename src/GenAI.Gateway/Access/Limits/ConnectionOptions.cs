namespace GenAI.Gateway.Access.Limits;

/// <summary>
/// What a client may take of every listener before anybody knows who it is; configuration section <c>GenAI:Gateway:Connections</c>.
/// The size of a body is <see cref="Routing.GatewayOptions.MaxRequestBodyBytes"/>.
/// </summary>
internal sealed class ConnectionOptions
{
    public const string Section = "GenAI:Gateway:Connections";

    /// <summary>Connections at the same time, sockets not counted.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>WebSockets at the same time.</summary>
    public int MaxWebSockets { get; set; } = 10_000;

    public int MaxHeaders { get; set; } = 100;

    /// <summary>Bytes of all headers together.</summary>
    public int MaxHeaderBytes { get; set; } = 32 << 10;

    /// <summary>Bytes of the line with the address.</summary>
    public int MaxRequestLineBytes { get; set; } = 16 << 10;

    /// <summary>How long a client may take to send its headers.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection is kept that asks nothing.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>The slowest that a client may send a body or take an answer, bytes per second, after five seconds of grace.</summary>
    public double MinBytesPerSecond { get; set; } = 240;
}
