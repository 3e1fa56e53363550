using System.Net;
using System.Net.Sockets;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>
/// An address that nobody answers, neither with a connection nor with a refusal, as of a machine that is gone: a listener whose queue of
/// connections is full, so that the kernel leaves every further one without an answer.
/// </summary>
internal sealed class UnansweredAddress : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _queued = [];

    public UnansweredAddress()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        // One or two are taken into the queue; the rest wait for a place.
        for (var i = 0; i < 4; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _queued.Add(socket);
            try
            {
                socket.Connect(_listener.LocalEndPoint!);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // It goes on by itself.
            }
        }
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    public void Dispose()
    {
        foreach (var socket in _queued) socket.Dispose();
        _listener.Dispose();
    }
}
