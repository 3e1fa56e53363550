using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Sockets;

/// <summary>
/// The connected clients by session id. As in ComfyUI a second connection with the same id takes the messages over.
/// Sending never waits for a client.
/// </summary>
internal sealed class ClientSockets(SocketOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClientSocket> _bySession = new(StringComparer.Ordinal);
    private int _connections;

    /// <summary>Claims a place for a connection; false when all are taken. Give it back with <see cref="Release"/>.</summary>
    public bool TryClaim()
    {
        lock (_gate)
        {
            if (_connections >= options.MaxConnections) return false;
            _connections++;
            return true;
        }
    }

    public void Release()
    {
        lock (_gate) _connections--;
    }

    public void Add(string session, ClientSocket socket)
    {
        lock (_gate) _bySession[session] = socket;
    }

    /// <summary>Forgets the connection, unless a newer one has taken its place.</summary>
    public void Remove(string session, ClientSocket socket)
    {
        lock (_gate)
        {
            if (_bySession.GetValueOrDefault(session) == socket) _bySession.Remove(session);
        }
    }

    public ClientSocket? Find(string session)
    {
        lock (_gate) return _bySession.GetValueOrDefault(session);
    }

    public void Send(string session, string type, JsonObject data) => Find(session)?.Post(SocketMessages.Text(type, data));

    public void Broadcast(string type, JsonObject data)
    {
        ClientSocket[] all;
        lock (_gate) all = [.. _bySession.Values];
        if (all.Length == 0) return;
        var message = SocketMessages.Text(type, data);
        foreach (var socket in all) socket.Post(message);
    }
}
