using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Sockets;

/// <summary>ComfyUI's messages as bytes: text frames hold <c>{type, data}</c>, binary frames begin with a big-endian event number.</summary>
internal static class SocketMessages
{
    private const uint PreviewEvent = 1;
    private const uint PreviewWithMetadataEvent = 4;
    private const uint Png = 2;

    public static OutboundMessage Text(string type, JsonObject data) =>
        new(Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["data"] = data }.ToJsonString()), IsPreview: false);

    /// <summary>Event 1: the image's format (2: PNG), then the image.</summary>
    public static OutboundMessage Preview(ReadOnlySpan<byte> png)
    {
        var frame = new byte[8 + png.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, PreviewEvent);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Png);
        png.CopyTo(frame.AsSpan(8));
        return new OutboundMessage(frame, IsPreview: true);
    }

    /// <summary>Event 4: the length of the metadata, the metadata as JSON, then the image.</summary>
    public static OutboundMessage Preview(ReadOnlySpan<byte> png, JsonObject metadata)
    {
        var json = Encoding.UTF8.GetBytes(metadata.ToJsonString());
        var frame = new byte[8 + json.Length + png.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, PreviewWithMetadataEvent);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)json.Length);
        json.CopyTo(frame.AsSpan(8));
        png.CopyTo(frame.AsSpan(8 + json.Length));
        return new OutboundMessage(frame, IsPreview: true);
    }
}
