using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>
/// The clients that listen, and for a while those that have gone away, with the jobs whose ends they are still to be told. As in ComfyUI a
/// second connection with the same id takes the messages over. Nothing here waits for a client.
/// </summary>
internal sealed class SocketSessions(IOptions<ComfyUIOptions> options, SteadyClock clock)
{
    /// <summary>A connection that broke off may have lost what was sent to it for so long before: pings find it out no sooner.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromMinutes(1);

    private readonly SocketOptions _options = options.Value.Sockets;
    private readonly Lock _gate = new();
    private readonly Dictionary<SocketKey, Session> _sessions = [];
    private readonly LinkedList<SocketKey> _absent = [];
    private readonly Dictionary<string, int> _connections = new(StringComparer.Ordinal);
    private int _allConnections;

    /// <summary>Claims a place for a connection; says why there is none. Give it back with <see cref="Release"/>.</summary>
    public string? TryClaim(string owner)
    {
        lock (_gate)
        {
            if (_allConnections >= _options.MaxConnections) return $"at most {_options.MaxConnections} clients may listen";
            var own = _connections.GetValueOrDefault(owner);
            if (own >= _options.MaxConnectionsPerKey) return $"at most {_options.MaxConnectionsPerKey} clients of one key may listen";
            _connections[owner] = own + 1;
            _allConnections++;
            return null;
        }
    }

    public void Release(string owner)
    {
        lock (_gate)
        {
            _allConnections--;
            if (--_connections[owner] == 0) _connections.Remove(owner);
        }
    }

    /// <summary>From now on the connection gets the client's messages.</summary>
    public MissedEnds Enter(SocketKey key, ClientSocket socket)
    {
        lock (_gate)
        {
            Forget();
            if (!_sessions.TryGetValue(key, out var session))
            {
                _sessions[key] = new Session { Socket = socket, HasListened = true };
                return new MissedEnds([], IsKnown: false);
            }

            if (session.Absent is { } absent) _absent.Remove(absent);
            // Of a connection that is being replaced nobody knows either what it still delivers.
            var doubtful = (session.LeftAt ?? clock.Now) - Doubt;
            string[] owed = [.. session.Told.Where(told => told.At >= doubtful).Select(told => told.Job), .. session.Owed];
            var missed = new MissedEnds(owed, session.HasListened);
            (session.Socket, session.Absent, session.LeftAt, session.HasListened) = (socket, null, null, true);
            session.Owed.Clear();
            return missed;
        }
    }

    /// <summary>The connection has ended, unless a newer one has taken its place.</summary>
    public void Leave(SocketKey key, ClientSocket socket)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(key, out var session) || session.Socket != socket) return;
            session.Socket = null;
            if (socket.LeftCleanly) session.Told.Clear();
            BeAbsent(key, session);
        }
    }

    public ClientSocket? Find(SocketKey key)
    {
        lock (_gate) return _sessions.GetValueOrDefault(key)?.Socket;
    }

    /// <summary>A job of the client has ended.</summary>
    /// <returns>The connection to tell it to; null when the client is told when it comes back.</returns>
    public ClientSocket? End(SocketKey key, string job)
    {
        lock (_gate)
        {
            Forget();
            if (!_sessions.TryGetValue(key, out var session))
            {
                _sessions[key] = session = new Session();
                BeAbsent(key, session);
            }

            if (session.Socket is null)
            {
                session.Owed.Enqueue(job);
                if (session.Owed.Count > _options.MissedEnds) session.Owed.Dequeue();
                return null;
            }

            var now = clock.Now;
            session.Told.Enqueue((job, now));
            while (session.Told.Peek().At < now - Doubt) session.Told.Dequeue();
            return session.Socket;
        }
    }

    public IReadOnlyList<ClientSocket> Of(string model)
    {
        lock (_gate) return [.. _sessions.Where(session => session.Key.Model == model).Select(session => session.Value.Socket).OfType<ClientSocket>()];
    }

    private void BeAbsent(SocketKey key, Session session)
    {
        session.LeftAt = clock.Now;
        session.Absent = _absent.AddLast(key);
        Forget();
    }

    private void Forget()
    {
        var limit = clock.Now - _options.ResumeTime;
        while (_absent.First is { } first && (_absent.Count > _options.MaxAbsentSessions || _sessions[first.Value].LeftAt < limit))
        {
            _sessions.Remove(first.Value);
            _absent.RemoveFirst();
        }
    }

    private sealed class Session
    {
        public ClientSocket? Socket { get; set; }

        /// <summary>A connection was here; until then only its jobs were.</summary>
        public bool HasListened { get; set; }

        public DateTimeOffset? LeftAt { get; set; }

        public LinkedListNode<SocketKey>? Absent { get; set; }

        /// <summary>Jobs that ended while nobody listened.</summary>
        public Queue<string> Owed { get; } = new();

        /// <summary>Ends that were sent lately.</summary>
        public Queue<(string Job, DateTimeOffset At)> Told { get; } = new();
    }
}

/// <summary>What a client has missed that connects.</summary>
/// <param name="Owed">Jobs whose ends were not told to it since the gateway was started, in the order in which they ended.</param>
/// <param name="IsKnown">False when it connects for the first time: it may have listened to the gateway that was here before.</param>
internal sealed record MissedEnds(IReadOnlyList<string> Owed, bool IsKnown);
