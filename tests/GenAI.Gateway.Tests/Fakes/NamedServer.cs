using System.Net.Sockets;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>Instances that answer with their name, to see where a request went.</summary>
internal static class NamedServer
{
    public static Task<LocalServer> StartAsync(string name, CancellationToken cancellationToken, int port = 0) =>
        LocalServer.StartAsync(app => app.Run(context => context.Response.WriteAsync(name)), cancellationToken, port);

    /// <summary>Says that it has begun, and answers when it may end; <c>/ready</c>, and what the gateway asks by itself, at once.</summary>
    public static Task<LocalServer> StartHeldAsync(string name, SemaphoreSlim begun, Task mayEnd, CancellationToken cancellationToken) =>
        LocalServer.StartAsync(app => app.Run(async context =>
        {
            if (context.Request.Path != "/ready" && context.Request.Path != "/object_info")
            {
                begun.Release();
                await mayEnd.WaitAsync(context.RequestAborted);
            }

            await context.Response.WriteAsync(name);
        }), cancellationToken);

    /// <summary>An address where nothing listens.</summary>
    public static Uri Nobody() => new($"http://127.0.0.1:{FreePorts.Take(1)[0]}");

    /// <summary>A client whose connections come from the given loopback address, such as 127.0.0.7.</summary>
    public static HttpClient ClientFrom(string source, Uri server)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Parse(source), 0));
                await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = server };
    }
}
