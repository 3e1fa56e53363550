using System.Security.Cryptography;
using System.Text;
using GenAI.Contracts.Access;

namespace GenAI.Gateway.Access.Keys;

/// <summary>
/// The SHA-256 of a key that a client brought. Each thread remembers the last one, since most requests come with the key of the one before.
/// Whether it is the same is found out in a time that says nothing of where two keys differ.
/// </summary>
internal static class KeyHash
{
    [ThreadStatic]
    private static Remembered? _last;

    /// <param name="key">A key's length of characters.</param>
    /// <param name="hash">32 bytes.</param>
    public static void Of(ReadOnlySpan<char> key, Span<byte> hash)
    {
        var last = _last ??= new Remembered();
        Span<byte> text = stackalloc byte[ApiKeyFormat.Length];
        // What is not ASCII becomes a question mark, which no key has.
        Encoding.ASCII.GetBytes(key, text);
        if (!CryptographicOperations.FixedTimeEquals(text, last.Key))
        {
            SHA256.HashData(text, last.Hash);
            text.CopyTo(last.Key);
        }

        last.Hash.CopyTo(hash);
    }

    private sealed class Remembered
    {
        public byte[] Key { get; } = new byte[ApiKeyFormat.Length];

        public byte[] Hash { get; } = new byte[SHA256.HashSizeInBytes];
    }
}
