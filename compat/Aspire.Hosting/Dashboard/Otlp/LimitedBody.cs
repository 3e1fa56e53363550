using System.Buffers.Binary;
using System.IO.Compression;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>Reads a request's body up to a limit, which holds for what is unpacked too.</summary>
internal static class LimitedBody
{
    public const int MaxBytes = 16 << 20;

    /// <summary>In front of each gRPC message: one byte that says whether it is packed, four with its length, the highest first.</summary>
    public const int GrpcHeaderBytes = 5;

    /// <exception cref="RequestTooLargeException">It is larger than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="InvalidDataException">It is not gzip although it says so.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, bool isGzip, CancellationToken cancellationToken)
    {
        if (isGzip)
        {
            await using var unpacked = new GZipStream(body, CompressionMode.Decompress, leaveOpen: true);
            return await ReadAsync(unpacked, isGzip: false, cancellationToken);
        }

        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (read.Length + count > MaxBytes)
                throw new RequestTooLargeException();
            read.Write(buffer, 0, count);
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }

    /// <summary>The one message of a unary gRPC call.</summary>
    /// <exception cref="InvalidDataException">There is not one whole message.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadGrpcAsync(Stream body, bool isGzip, CancellationToken cancellationToken)
    {
        var frame = await ReadAsync(body, isGzip: false, cancellationToken);
        if (frame.Length < GrpcHeaderBytes)
            throw new InvalidDataException($"A gRPC message of {frame.Length} bytes has no header.");
        var isPacked = frame.Span[0] == 1;
        var length = BinaryPrimitives.ReadUInt32BigEndian(frame.Span[1..]);
        if (length != frame.Length - GrpcHeaderBytes)
            throw new InvalidDataException($"The gRPC message is {frame.Length - GrpcHeaderBytes} bytes long; its header says {length}.");
        if (!isPacked)
            return frame[GrpcHeaderBytes..];
        if (!isGzip)
            throw new InvalidDataException("The gRPC message is compressed, and not with gzip.");
        using var packed = new MemoryStream(frame[GrpcHeaderBytes..].ToArray());
        return await ReadAsync(packed, isGzip: true, cancellationToken);
    }
}

/// <summary>A request has more bytes than <see cref="LimitedBody.MaxBytes"/>.</summary>
internal sealed class RequestTooLargeException() : Exception($"The request is larger than {LimitedBody.MaxBytes >> 20} MiB.");
