namespace GenAI.Gateway.Routing;

/// <summary>Limits and times of a request that is passed through to an instance; configuration section <c>GenAI:Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "GenAI:Gateway";

    /// <summary>The largest request body that is accepted, in bytes. A larger one is answered with 413.</summary>
    public long MaxRequestBodyBytes { get; set; } = 256L << 20;

    /// <summary>
    /// How long a passed-through request may go without a byte in either direction. An image job says nothing until it is done,
    /// so this is the longest job that a plain request may wait for.
    /// </summary>
    public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromMinutes(11);

    /// <summary>The same for a WebSocket, which is rightly silent for as long as its client submits nothing.</summary>
    public TimeSpan WebSocketIdleTimeout { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Whether plain requests that are passed through go past the HTTP server; false to find out whether something is the fast path's fault.</summary>
    public bool FastPath { get; set; } = true;

    /// <summary>How long connecting to an instance may take.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What <c>Retry-After</c> says when a model has no instance that can take the request.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);
}
