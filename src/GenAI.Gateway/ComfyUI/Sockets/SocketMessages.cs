using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>ComfyUI's messages as bytes: text frames hold <c>{type, data}</c>, binary frames begin with a big-endian event number.</summary>
internal static class SocketMessages
{
    private const uint PreviewEvent = 1;
    private const uint PreviewWithMetadataEvent = 4;
    private const uint Jpeg = 1;
    private const uint Png = 2;

    public static OutboundMessage Text(string type, JsonObject data, MessageKind kind = MessageKind.Essential) =>
        Text(type, JsonSerializer.SerializeToUtf8Bytes(data, Answers.Relaxed), kind);

    /// <param name="type">The message's.</param>
    /// <param name="data">A JSON object, UTF-8.</param>
    /// <param name="kind">How much it matters.</param>
    public static OutboundMessage Text(string type, ReadOnlyMemory<byte> data, MessageKind kind)
    {
        var buffer = new ArrayBufferWriter<byte>(data.Length + 64);
        using (var writer = new Utf8JsonWriter(buffer, Answers.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WritePropertyName("data");
            writer.WriteRawValue(data.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return new OutboundMessage(buffer.WrittenMemory, kind);
    }

    /// <summary>Event 1: the picture's format, then the picture.</summary>
    public static OutboundMessage Preview(string job, ReadOnlySpan<byte> image, string contentType, MessageKind kind)
    {
        var frame = new byte[8 + image.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, PreviewEvent);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), contentType == "image/png" ? Png : Jpeg);
        image.CopyTo(frame.AsSpan(8));
        return new OutboundMessage(frame, kind, job) { IsBinary = true };
    }

    /// <summary>Event 4: the length of the metadata, the metadata, then the picture; it says of which job it is, since several may run.</summary>
    public static OutboundMessage PreviewWithMetadata(
        string job, string? node, ReadOnlySpan<byte> image, string contentType, MessageKind kind)
    {
        var metadata = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["node_id"] = node,
            ["prompt_id"] = job,
            ["display_node_id"] = node,
            ["parent_node_id"] = null,
            ["real_node_id"] = node,
            ["image_type"] = contentType,
        });
        var frame = new byte[8 + metadata.Length + image.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, PreviewWithMetadataEvent);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)metadata.Length);
        metadata.CopyTo(frame.AsSpan(8));
        image.CopyTo(frame.AsSpan(8 + metadata.Length));
        return new OutboundMessage(frame, kind, job) { IsBinary = true };
    }
}
