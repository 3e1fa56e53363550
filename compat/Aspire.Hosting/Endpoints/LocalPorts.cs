using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Free ports of this machine. They are chosen below the range that systems take outgoing connections' ports from (32768 and up
/// on Linux, 49152 elsewhere), so that no connection of another process takes one between the choice and the bind.
/// </summary>
internal sealed class LocalPorts
{
    private const int First = 20_000;
    private const int Last = 32_767;
    private const int Attempts = 1_000;

    private readonly HashSet<int> _given = [];

    /// <summary>Keeps a port from being given out: somebody has asked for it by number.</summary>
    public void Reserve(int port) => _given.Add(port);

    public int Next()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last + 1);
            if (!_given.Contains(port) && IsFree(port))
            {
                _given.Add(port);
                return port;
            }
        }

        throw new DistributedApplicationException($"No free port was found between {First} and {Last} in {Attempts} attempts.");
    }

    /// <summary>Whether a process could listen on the port on every loopback address.</summary>
    public static bool IsFree(int port)
        => CanBind(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    private static bool CanBind(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
        catch (SocketException absent) when (absent.SocketErrorCode is SocketError.AddressNotAvailable)
        {
            // No such address here (IPv6 switched off): nothing to be in the way.
            return true;
        }
    }
}
