using System.Buffers.Binary;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>The binary frames of a ComfyUI server's socket: a big-endian event number, then what that event has. Pure.</summary>
internal static class BinaryFrames
{
    private const int HeadLength = 8;
    private const uint PreviewEvent = 1;
    private const uint TextEvent = 3;
    private const uint PreviewWithMetadataEvent = 4;

    public static bool IsText(byte[] frame) => frame.Length >= HeadLength && EventOf(frame) == TextEvent;

    /// <summary>The picture in it, and its content type; null when there is none.</summary>
    public static (ReadOnlyMemory<byte> Image, string ContentType)? Picture(byte[] frame)
    {
        if (frame.Length < HeadLength) return null;
        var head = EventOf(frame) switch
        {
            PreviewEvent => HeadLength,
            PreviewWithMetadataEvent => HeadLength + (long)BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)),
            _ => long.MaxValue,
        };
        if (head > frame.Length) return null;
        var image = frame.AsMemory((int)head);
        return (image, image.Span.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P']) ? "image/png" : "image/jpeg");
    }

    private static uint EventOf(byte[] frame) => BinaryPrimitives.ReadUInt32BigEndian(frame);
}
