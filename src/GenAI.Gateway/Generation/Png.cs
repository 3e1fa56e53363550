namespace GenAI.Gateway.Generation;

internal static class Png
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The bytes, once it is certain that they begin as a PNG does (W3C PNG, 5.2).</summary>
    public static byte[] Require(byte[] image, string instance) =>
        image.AsSpan().StartsWith(Signature)
            ? image
            : throw new JobRefusedException($"Instance {instance} made something that is not a PNG ({image.Length} bytes).");
}
