using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>
/// Passes an answer's body on as it comes. What has come with the head goes out with the head; what follows is read into the server's own
/// memory, and each read is sent before the next, so that a slow client slows the instance and an event does not wait for the one after it.
/// </summary>
internal static class ResponseBody
{
    private const int PieceBytes = 64 << 10;

    /// <exception cref="HttpRequestException">The instance broke off, or its framing is none.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">The client takes no more.</exception>
    public static ValueTask CopyAsync(InstanceConnection connection, BodyFraming framing, PipeWriter client) => framing switch
    {
        BodyFraming.Length => CopyLengthAsync(connection, connection.Head.ContentLength!.Value, client),
        BodyFraming.Chunked => CopyChunksAsync(connection, client),
        BodyFraming.UntilClose => CopyUntilCloseAsync(connection, client),
        _ => ValueTask.CompletedTask,
    };

    /// <summary>Looks through what has come with the head, so that an answer that is wrong from the start need not be begun.</summary>
    /// <exception cref="HttpRequestException">Its framing is none.</exception>
    public static void CheckArrived(InstanceConnection connection, BodyFraming framing)
    {
        if (framing != BodyFraming.Chunked) return;
        var decoder = new ChunkedDecoder();
        var left = connection.Arrived.Span;
        while (!left.IsEmpty && !decoder.IsDone)
        {
            left = left[decoder.SkipFraming(left)..];
            var data = (int)Math.Min(decoder.DataLeft, left.Length);
            if (data > 0) decoder.TakeData(data);
            left = left[data..];
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask CopyLengthAsync(InstanceConnection connection, long length, PipeWriter client)
    {
        var arrived = connection.Arrived;
        if (arrived.Length > length) arrived = arrived[..(int)length];
        if (length > 0)
        {
            Check(await client.WriteAsync(arrived));
            connection.Take(arrived.Length);
            length -= arrived.Length;
        }

        while (length > 0) length -= await PassAsync(connection, length, client) is var count and > 0 ? count : throw BrokenOff();
    }

    private static async ValueTask CopyUntilCloseAsync(InstanceConnection connection, PipeWriter client)
    {
        var arrived = connection.Arrived;
        Check(await client.WriteAsync(arrived));
        connection.Take(arrived.Length);
        while (await PassAsync(connection, long.MaxValue, client) > 0)
        {
        }
    }

    private static async ValueTask CopyChunksAsync(InstanceConnection connection, PipeWriter client)
    {
        var decoder = new ChunkedDecoder();
        while (true)
        {
            TakeChunks(connection, ref decoder, client);
            if (decoder.IsDone) return;

            // What has come so far is sent before more is waited for.
            Check(await client.FlushAsync());
            connection.Touch();
            if (await connection.FillAsync() == 0) throw BrokenOff();
        }
    }

    private static void TakeChunks(InstanceConnection connection, ref ChunkedDecoder decoder, PipeWriter client)
    {
        while (connection.Arrived is { IsEmpty: false } arrived && !decoder.IsDone)
        {
            var framing = decoder.SkipFraming(arrived.Span);
            var data = (int)Math.Min(decoder.DataLeft, arrived.Length - framing);
            if (data > 0)
            {
                System.Buffers.BuffersExtensions.Write(client, arrived.Span.Slice(framing, data));
                decoder.TakeData(data);
            }

            connection.Take(framing + data);
        }
    }

    /// <summary>One read, sent on; 0 at the end of the connection.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> PassAsync(InstanceConnection connection, long most, PipeWriter client)
    {
        var memory = client.GetMemory(PieceBytes);
        var count = await connection.ReceiveAsync(most < memory.Length ? memory[..(int)most] : memory);
        if (count == 0) return 0;
        connection.Touch();
        client.Advance(count);
        Check(await client.FlushAsync());
        connection.Touch();
        return count;
    }

    private static void Check(FlushResult result)
    {
        if (result.IsCompleted || result.IsCanceled) throw new OperationCanceledException("The client takes no more of the answer.");
    }

    private static HttpRequestException BrokenOff() => ProtocolErrors.Ended("The connection ended in the middle of the answer's body.");
}
