using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>
/// One HTTP/1.1 connection to an instance, which answers one request after the other. While nobody uses it, a read is pending: what then
/// arrives, be it the end or an answer that nobody asked for, makes the connection unusable before a request is given to it.
/// </summary>
/// <remarks>
/// One request at a time uses it; the sweep and the client's going away may end it from another thread. Who ends it is decided by the state:
/// even while it is kept, odd while it is used, and one more at each change, so that nobody ends the use after the one they meant.
/// </remarks>
internal sealed class InstanceConnection(Socket socket, TimeProvider clock) : IDisposable
{
    private const int Ended = -1;
    private const int FirstBytes = 16 << 10;
    private const int MaxHeadBytes = 64 << 10;
    private const int MaxInterimAnswers = 8;

    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _end;
    private ValueTask<int> _ahead;
    private bool _readsAhead;
    private int _state;
    private long _lastActivity = clock.GetTimestamp();
    private TimeSpan _patience;
    private CancellationTokenRegistration _gone;

    /// <summary>Where the next request's head is written.</summary>
    public HeadBuffer Request { get; } = new();

    public ResponseHead Head { get; } = new();

    /// <summary>The thread that the last bytes arrived on, which for one socket is mostly the same.</summary>
    public int ReaderThread { get; private set; }

    /// <summary>Whether the sweep ended it.</summary>
    public bool HasTimedOut { get; private set; }

    public bool IsEnded => Volatile.Read(ref _state) == Ended;

    /// <summary>What has arrived and has not been taken.</summary>
    public ReadOnlyMemory<byte> Arrived => _buffer.AsMemory(_start, _end - _start);

    /// <param name="patience">How long the request may go without a byte in either direction.</param>
    /// <returns>False when the connection has ended, or something has arrived that nobody asked for.</returns>
    public bool TryBegin(TimeSpan patience)
    {
        var state = Volatile.Read(ref _state);
        if (state == Ended || (_readsAhead && _ahead.IsCompleted)) return false;
        _patience = patience;
        Touch();
        return Interlocked.CompareExchange(ref _state, state + 1, state) == state;
    }

    /// <summary>Ends it when the client goes away, until <see cref="TryLetGo"/>.</summary>
    public void EndWith(CancellationToken gone) => _gone = gone.UnsafeRegister(static connection => ((InstanceConnection)connection!).Dispose(), this);

    /// <returns>False when the client has gone away already, which ends the connection if not now then in a moment.</returns>
    public bool TryLetGo()
    {
        var isLetGo = !_gone.Token.CanBeCanceled || _gone.Unregister();
        _gone = default;
        return isLetGo;
    }

    /// <summary>After an answer that left nothing behind: the connection can be used again.</summary>
    /// <returns>False when it cannot.</returns>
    public bool TryKeep()
    {
        // One that had to grow for an answer is not kept, lest each keeps the memory of its largest.
        if (_start != _end || !Head.KeepsConnection || _buffer.Length > FirstBytes) return false;
        _start = _end = 0;
        Touch();
        var state = Volatile.Read(ref _state);
        if (state == Ended) return false;
#pragma warning disable CA2012 // Awaited once, by the first FillAsync of the next use, or never when there is none.
        _ahead = socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None);
#pragma warning restore CA2012
        _readsAhead = true;
        return Interlocked.CompareExchange(ref _state, state + 1, state) == state;
    }

    /// <summary>Sends the request that <see cref="Request"/> has, and reads the head of its answer; what goes before an answer is passed over.</summary>
    /// <returns>False when the connection had ended before there was a byte of an answer.</returns>
    /// <exception cref="HttpRequestException">What came is not the head of an answer, or not all of it.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> TryAskAsync()
    {
        var interim = 0;
        var searched = 0;
        try
        {
            await socket.SendAsync(Request.Written, SocketFlags.None);
            while (true)
            {
                if (TryReadHead(ref searched))
                {
                    if (Head.Status >= StatusCodes.Status200OK) return true;
                    if (Head.Status == StatusCodes.Status101SwitchingProtocols || ++interim > MaxInterimAnswers)
                        throw ProtocolErrors.Invalid($"The answer has status {Head.Status}, which nothing asked for, or too many go before it.");
                    continue;
                }

                var count = await ReceiveAsync();
                Arrive(count);
                if (count > 0) continue;
                if (_end == _start && interim == 0) return false;
                throw ProtocolErrors.Ended("The connection ended before the head of the answer did.");
            }
        }
        catch (SocketException) when (interim == 0 && _end == _start && !IsEnded)
        {
            return false;
        }
    }

    /// <summary>Waits for more to arrive; 0 when the connection has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> FillAsync()
    {
        var count = await ReceiveAsync();
        Arrive(count);
        return count;
    }

    /// <summary>Reads into the given memory, past the connection's own; only when nothing that <see cref="Arrived"/> is left.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> memory) => socket.ReceiveAsync(memory, SocketFlags.None);

    public void Take(int count) => _start += count;

    /// <summary>Notes that a byte has moved.</summary>
    public void Touch() => Volatile.Write(ref _lastActivity, clock.GetTimestamp());

    /// <summary>Ends it at once, and whatever waits for it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, Ended) != Ended) socket.Dispose();
    }

    /// <summary>Ends it if nothing has moved for too long.</summary>
    public void EndIfSilent(TimeSpan mostKept)
    {
        var state = Volatile.Read(ref _state);
        if (state == Ended) return;
        var isUsed = (state & 1) == 1;
        if (clock.GetElapsedTime(Volatile.Read(ref _lastActivity)) < (isUsed ? _patience : mostKept)) return;
        if (Interlocked.CompareExchange(ref _state, Ended, state) != state) return;
        HasTimedOut = isUsed;
        socket.Dispose();
    }

    private void Arrive(int count)
    {
        _end += count;
        ReaderThread = Environment.CurrentManagedThreadId;
        Touch();
    }

    private ValueTask<int> ReceiveAsync()
    {
        if (_readsAhead)
        {
            _readsAhead = false;
            return _ahead;
        }

        MakeRoom();
        return socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None);
    }

    private bool TryReadHead(ref int searched)
    {
        var arrived = _buffer.AsSpan(_start, _end - _start);
        var end = arrived[searched..].IndexOf("\r\n\r\n"u8);
        if (end >= 0)
        {
            var length = searched + end + 4;
            Head.Read(arrived[..length]);
            _start += length;
            searched = 0;
            return true;
        }

        if (arrived.Length >= MaxHeadBytes) throw ProtocolErrors.TooLarge($"The head of the answer is longer than {MaxHeadBytes} bytes.");
        searched = Math.Max(0, arrived.Length - 3);
        return false;
    }

    private void MakeRoom()
    {
        if (_start == _end) _start = _end = 0;
        if (_end < _buffer.Length) return;
        var left = _end - _start;
        var room = left > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        _buffer.AsSpan(_start, left).CopyTo(room);
        (_buffer, _start, _end) = (room, 0, left);
    }
}
