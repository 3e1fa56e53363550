using System.Net;
using System.Net.Sockets;

namespace GenAI.Compat.Tests.Aspire.Containers;

internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
