using System.Buffers.Binary;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>What all three signals have in common: opentelemetry/proto/common/v1 and resource/v1.</summary>
internal static class OtlpValues
{
    private const int MaxDepth = 16;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>KeyValue: key = 1, value = 2.</summary>
    public static TelemetryAttribute Attribute(ReadOnlySpan<byte> message, TextPool texts)
    {
        var (key, value) = ("", "");
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: key = texts.Of(reader.Bytes(), TelemetryLimits.MaxTextLength); break;
                case 2: value = Text(reader.Bytes(), texts, TelemetryLimits.MaxTextLength); break;
                default: reader.Skip(); break;
            }
        }

        return new TelemetryAttribute(key, value);
    }

    /// <summary>AnyValue as text.</summary>
    public static string Text(ReadOnlySpan<byte> message, TextPool texts, int maxLength)
    {
        var reader = new ProtoReader(message);
        if (!reader.Next())
            return "";
        return reader.Field switch
        {
            1 => texts.Of(reader.Bytes(), maxLength),
            2 => reader.Varint() != 0 ? "true" : "false",
            3 => unchecked((long)reader.Varint()).ToString(CultureInfo.InvariantCulture),
            4 => reader.Double().ToString("R", CultureInfo.InvariantCulture),
            5 or 6 => texts.Of(Node(message, MaxDepth)?.ToJsonString(Json) ?? "", maxLength),
            7 => texts.Of(Convert.ToBase64String(reader.Bytes()), maxLength),
            _ => "",
        };
    }

    /// <summary>A trace's id; 0 unless it is 16 bytes long.</summary>
    public static UInt128 TraceId(ReadOnlySpan<byte> bytes) => bytes.Length == 16 ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : 0;

    public static ulong SpanId(ReadOnlySpan<byte> bytes) => bytes.Length == 8 ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <param name="unixNanoseconds">What lies after the year 9999 is that year's end.</param>
    public static DateTime Time(ulong unixNanoseconds)
        => DateTime.UnixEpoch.AddTicks((long)Math.Min(unixNanoseconds / 100, (ulong)(DateTime.MaxValue - DateTime.UnixEpoch).Ticks));

    private static JsonNode? Node(ReadOnlySpan<byte> message, int depth)
    {
        if (depth == 0)
            throw new InvalidDataException($"A value is nested more than {MaxDepth} deep.");
        var reader = new ProtoReader(message);
        if (!reader.Next())
            return null;
        return reader.Field switch
        {
            1 => JsonValue.Create(System.Text.Encoding.UTF8.GetString(reader.Bytes())),
            2 => JsonValue.Create(reader.Varint() != 0),
            3 => JsonValue.Create(unchecked((long)reader.Varint())),
            4 => Number(reader.Double()),
            5 => Array(reader.Bytes(), depth),
            6 => Map(reader.Bytes(), depth),
            7 => JsonValue.Create(Convert.ToBase64String(reader.Bytes())),
            _ => null,
        };
    }

    // JSON has no word for these.
    private static JsonValue Number(double value)
        => double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString("R", CultureInfo.InvariantCulture));

    private static JsonArray Array(ReadOnlySpan<byte> message, int depth)
    {
        var array = new JsonArray();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
                array.Add(Node(reader.Bytes(), depth - 1));
            else
                reader.Skip();
        }

        return array;
    }

    private static JsonObject Map(ReadOnlySpan<byte> message, int depth)
    {
        var map = new JsonObject();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            var (key, value) = ("", (JsonNode?)null);
            var entry = new ProtoReader(reader.Bytes());
            while (entry.Next())
            {
                switch (entry.Field)
                {
                    case 1: key = System.Text.Encoding.UTF8.GetString(entry.Bytes()); break;
                    case 2: value = Node(entry.Bytes(), depth - 1); break;
                    default: entry.Skip(); break;
                }
            }

            map[key] = value;
        }

        return map;
    }
}
