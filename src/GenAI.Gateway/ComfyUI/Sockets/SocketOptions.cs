namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>How many clients may listen, how far behind one may fall, and for how long an absent one is remembered.</summary>
internal sealed class SocketOptions
{
    public int MaxConnections { get; set; } = 10_000;

    public int MaxConnectionsPerKey { get; set; } = 1000;

    /// <summary>Bytes of one message from a client.</summary>
    public int MaxMessageBytes { get; set; } = 64 << 10;

    /// <summary>Messages that may wait for one client. Beyond it, and beyond <see cref="QueuedBytes"/>, it is disconnected with a reason.</summary>
    public int QueuedMessages { get; set; } = 1024;

    /// <summary>Bytes that may wait for one client. Beyond it previews are dropped first; pictures that nodes send instead of saving them are not.</summary>
    public long QueuedBytes { get; set; } = 32L << 20;

    /// <summary>Changes of the queue within so long make one message.</summary>
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long one message may take to be handed to a client's connection.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a silent connection is pinged.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A connection whose client does not answer a ping for so long is closed.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an <c>execution_success</c> waits for other jobs of the same client that are being told of.</summary>
    public TimeSpan SuccessPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long a client that has gone away is told, when it comes back, how its jobs ended meanwhile.</summary>
    public TimeSpan ResumeTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many absent clients are remembered; beyond it those that left first are forgotten.</summary>
    public int MaxAbsentSessions { get; set; } = 10_000;

    /// <summary>Of how many jobs an absent client is told, when it comes back, how they ended.</summary>
    public int MissedEnds { get; set; } = 500;
}
