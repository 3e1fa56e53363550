namespace GenAI.ModelServer.ComfyUI.Sockets;

/// <summary>How many clients may listen, and how far behind one may fall.</summary>
internal sealed class SocketOptions
{
    public int MaxConnections { get; set; } = 256;

    /// <summary>Bytes of one message from a client.</summary>
    public int MaxMessageBytes { get; set; } = 64 * 1024;

    /// <summary>Messages that may wait for one client; beyond this it is disconnected.</summary>
    public int QueuedMessages { get; set; } = 1024;

    /// <summary>Bytes that may wait for one client; beyond this previews are dropped first, then it is disconnected.</summary>
    public long QueuedBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>At most one preview in so long, and always one of the last step.</summary>
    public TimeSpan PreviewInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one message may take to be handed to a client's connection.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a silent connection is pinged.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A connection whose client does not answer a ping for so long is closed.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
