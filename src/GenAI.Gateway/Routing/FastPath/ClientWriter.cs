using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using GenAI.Gateway.Access.Limits;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>The way back to the client: puts a body of unknown length into chunks (RFC 9112, 7.1), and sees when the client does not take it.</summary>
internal sealed class ClientWriter(PipeWriter output, ConnectionOptions limits, TimeProvider clock) : PipeWriter
{
    // A size with leading zeros has the same length always, so that it can be written last.
    private const int SizeDigits = 8;
    private const int BeforeBytes = SizeDigits + 2;
    private const int AfterBytes = 2;
    private const long NotWaiting = long.MaxValue;

    private Memory<byte> _room;
    private bool _isChunked;
    private long _unflushed;
    private long _waitsSince = NotWaiting;

    /// <summary>Whether the client has been taking less than it must for longer than it may.</summary>
    public bool IsStalled =>
        Volatile.Read(ref _waitsSince) is var since and not NotWaiting
        && clock.GetElapsedTime(since) > ConnectionLimitsExtensions.Grace + TimeSpan.FromSeconds(Volatile.Read(ref _unflushed) / limits.MinBytesPerSecond);

    /// <summary>Writes the head of an answer, which what follows is the body of.</summary>
    public void Begin(ReadOnlyMemory<byte> head, bool isChunked)
    {
        _isChunked = false;
        BuffersExtensions.Write(this, head.Span);
        _isChunked = isChunked;
    }

    /// <summary>After the body.</summary>
    /// <returns>Whether the client takes more.</returns>
    public async ValueTask<bool> EndAsync()
    {
        if (_isChunked)
        {
            _isChunked = false;
            BuffersExtensions.Write(this, "0\r\n\r\n"u8);
        }

        return _unflushed == 0 || !(await FlushAsync()).IsCompleted;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (!_isChunked) return output.GetMemory(sizeHint);
        _room = output.GetMemory(Math.Max(sizeHint, 1) + BeforeBytes + AfterBytes);
        return _room[BeforeBytes..^AfterBytes];
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_isChunked && bytes > 0)
        {
            var room = _room.Span;
            Utf8Formatter.TryFormat(bytes, room, out _, new StandardFormat('x', SizeDigits));
            "\r\n"u8.CopyTo(room[SizeDigits..]);
            "\r\n"u8.CopyTo(room[(BeforeBytes + bytes)..]);
            bytes += BeforeBytes + AfterBytes;
        }

        output.Advance(bytes);
        _unflushed += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = output.FlushAsync(cancellationToken);
        if (!flush.IsCompletedSuccessfully) return WaitAsync(flush);
        _unflushed = 0;
        return flush;
    }

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <summary>The server's to do.</summary>
    public override void Complete(Exception? exception = null) => throw new NotSupportedException("The connection is the server's, which ends it.");

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush)
    {
        Volatile.Write(ref _waitsSince, clock.GetTimestamp());
        try
        {
            return await flush;
        }
        finally
        {
            Volatile.Write(ref _waitsSince, NotWaiting);
            _unflushed = 0;
        }
    }
}
