using System.Buffers.Binary;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>Bytes that begin as a PNG does and carry one number: enough for whoever only passes images on.</summary>
internal static class TestPng
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] Of(long number)
    {
        var png = new byte[Signature.Length + sizeof(long)];
        Signature.CopyTo(png);
        BinaryPrimitives.WriteInt64BigEndian(png.AsSpan(Signature.Length), number);
        return png;
    }

    /// <summary>The number that <see cref="Of"/> was given.</summary>
    public static long Number(byte[] png) => BinaryPrimitives.ReadInt64BigEndian(png.AsSpan(Signature.Length));
}
