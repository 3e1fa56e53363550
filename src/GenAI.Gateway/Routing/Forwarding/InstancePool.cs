using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>
/// The connections to one instance. The one that was used last is used next, so that those that are not needed run out; but one that is read
/// by the thread that asks goes before, since what one thread has at hand another one must fetch.
/// </summary>
internal sealed class InstancePool(InstanceOrigin origin, TimeProvider clock) : IDisposable
{
    private const int MostLookedAt = 32;

    private static readonly TimeSpan MostEmpty = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly List<InstanceConnection> _kept = [];
    private readonly HashSet<InstanceConnection> _all = [];
    private long _lastUse = clock.GetTimestamp();
    private volatile bool _isClosed;

    public InstanceOrigin Origin => origin;

    /// <summary>A connection that is kept and still good, begun; null when there is none.</summary>
    public InstanceConnection? TryTake(TimeSpan patience)
    {
        while (true)
        {
            InstanceConnection? connection;
            lock (_lock)
            {
                if (_kept.Count == 0) return null;
                var index = Best(Environment.CurrentManagedThreadId);
                connection = _kept[index];
                _kept.RemoveAt(index);
            }

            if (connection.TryBegin(patience)) return connection;
            End(connection);
        }
    }

    /// <returns>A new connection, begun.</returns>
    /// <exception cref="HttpRequestException">There is nothing that answers, or not in time.</exception>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    public async ValueTask<InstanceConnection> ConnectAsync(TimeSpan patience, TimeSpan within, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastUse, clock.GetTimestamp());
        using var limit = new CancellationTokenSource(within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(origin.EndPoint, either.Token);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is SocketException failure) throw Unreachable(failure, failure.Message);
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw Unreachable(exception, $"No connection within {within}.");
            throw;
        }

        var connection = new InstanceConnection(socket, clock);
        connection.TryBegin(patience);
        lock (_lock) _all.Add(connection);
        return connection;
    }

    /// <summary>
    /// Asks over a kept connection, or over a new one. A kept one that the instance closes just then has answered nothing, and a GET or HEAD
    /// may be sent again (RFC 9110, 9.2.2).
    /// </summary>
    /// <param name="state">For <paramref name="write"/>.</param>
    /// <param name="write">Writes the request's head.</param>
    /// <param name="patience">How long it may go without a byte.</param>
    /// <param name="within">How long connecting may take.</param>
    /// <param name="isHead">Whether it asks for a head only.</param>
    /// <param name="gone">The client has gone away: ends the connection, until it is released or ended.</param>
    /// <returns>The connection with the head of the answer.</returns>
    /// <exception cref="HttpRequestException">There is nothing that answers, or not in HTTP.</exception>
    /// <exception cref="TimeoutException">It was silent for longer than the patience.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="ObjectDisposedException">By the token.</exception>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<InstanceConnection> AskAsync<TState>(
        TState state, Action<TState, HeadBuffer, InstanceOrigin> write, TimeSpan patience, TimeSpan within, bool isHead, CancellationToken gone)
    {
        var connection = TryTake(patience);
        var isNew = connection is null;
        while (true)
        {
            connection ??= await ConnectAsync(patience, within, gone);
            connection.EndWith(gone);
            try
            {
                write(state, connection.Request, origin);
                if (await connection.TryAskAsync())
                {
                    ResponseBody.CheckArrived(connection, connection.Head.Framing(isHead));
                    return connection;
                }

                if (isNew) throw ProtocolErrors.Ended("The connection ended before there was an answer.");
            }
            catch (Exception exception)
            {
                End(connection);
                if (!connection.HasTimedOut) throw;
                throw new TimeoutException($"The instance was silent for {patience}.", exception);
            }

            End(connection);
            (connection, isNew) = (null, true);
        }
    }

    /// <summary>After an answer: the connection is used again if the answer's end was seen without its own, and it can be.</summary>
    public void Release(InstanceConnection connection, bool isWhole)
    {
        if (connection.TryLetGo() && isWhole) Return(connection);
        else End(connection);
    }

    /// <summary>Keeps a connection for the next request, or ends it when it is not good for one.</summary>
    public void Return(InstanceConnection connection)
    {
        if (!_isClosed && connection.TryKeep())
        {
            lock (_lock)
            {
                if (!_isClosed)
                {
                    _kept.Add(connection);
                    return;
                }
            }
        }

        End(connection);
    }

    public void End(InstanceConnection connection)
    {
        connection.TryLetGo();
        connection.Dispose();
        lock (_lock) _all.Remove(connection);
    }

    /// <summary>Ends what has been silent for too long, and closes itself when it has had nothing for long.</summary>
    /// <returns>Whether it is closed: there is nothing in it and nothing will be kept.</returns>
    public bool Sweep(TimeSpan mostKept)
    {
        lock (_lock)
        {
            foreach (var connection in _all) connection.EndIfSilent(mostKept);
            if (_all.RemoveWhere(connection => connection.IsEnded) > 0) _kept.RemoveAll(connection => connection.IsEnded);
            return _isClosed = _all.Count == 0 && clock.GetElapsedTime(Volatile.Read(ref _lastUse)) > MostEmpty;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var connection in _all) connection.Dispose();
            _all.Clear();
            _kept.Clear();
        }
    }

    /// <summary>From the last one on, but not far: what is looked at is locked.</summary>
    private int Best(int thread)
    {
        var last = _kept.Count - 1;
        for (var index = last; index >= 0 && index > last - MostLookedAt; index--)
            if (_kept[index].ReaderThread == thread) return index;
        return last;
    }

    private HttpRequestException Unreachable(Exception cause, string reason) =>
        new(
            cause is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }
                ? HttpRequestError.NameResolutionError
                : HttpRequestError.ConnectionError,
            $"{reason} ({origin.Authority})", cause);
}
