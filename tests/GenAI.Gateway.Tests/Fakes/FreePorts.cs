using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>
/// Ports for servers that must know theirs before they start. Each is given once, from below the range that the system takes for
/// connections and for port 0, so that nothing else in this process gets one between its being found free and its use.
/// </summary>
internal static class FreePorts
{
    private const int First = 12_000;
    private const int Count = 18_000;

    private static uint _next = (uint)RandomNumberGenerator.GetInt32(Count);

    public static int[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Take())];

    private static int Take()
    {
        while (true)
        {
            var port = First + (int)(Interlocked.Increment(ref _next) % Count);
            if (IsFree(port)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, port);
        listener.Server.DualMode = true;
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
