using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace GenAI.Testing;

/// <summary>
/// Ports for servers that must know theirs before they start. Each is given once, from below the range that the system takes for
/// connections and for port 0, and from a block that this process holds by listening on its first port: so that nothing else in this
/// process, and no other process that takes its ports here, gets one between its being found free and its use.
/// </summary>
public static class FreePorts
{
    private const int First = 12_000;
    private const int BlockLength = 300;
    private const int Blocks = 60;

    private static readonly Lock Gate = new();

    // For as long as the process lives.
    private static readonly List<TcpListener> Held = [];

    private static int _next;
    private static int _end;

    /// <exception cref="InvalidOperationException">Other processes hold every block.</exception>
    public static int[] Take(int count)
    {
        lock (Gate) return [.. Enumerable.Range(0, count).Select(_ => Take())];
    }

    private static int Take()
    {
        while (true)
        {
            if (_next == _end) TakeBlock();
            var port = _next++;
            if (TryListen(port) is not { } listener) continue;
            listener.Stop();
            return port;
        }
    }

    private static void TakeBlock()
    {
        var start = RandomNumberGenerator.GetInt32(Blocks);
        for (var i = 0; i < Blocks; i++)
        {
            var flag = First + (start + i) % Blocks * BlockLength;
            if (TryListen(flag) is not { } listener) continue;
            Held.Add(listener);
            (_next, _end) = (flag + 1, flag + BlockLength);
            return;
        }

        throw new InvalidOperationException($"Every block of ports from {First} to {First + Blocks * BlockLength} is held by another process.");
    }

    private static TcpListener? TryListen(int port)
    {
        var listener = new TcpListener(IPAddress.IPv6Any, port);
        listener.Server.DualMode = true;
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
