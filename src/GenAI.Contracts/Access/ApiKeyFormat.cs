using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace GenAI.Contracts.Access;

/// <summary>
/// How an API key is written: <c>genai_&lt;id&gt;_&lt;secret&gt;&lt;checksum&gt;</c>. The id is ten characters and no secret; the secret is 43 random
/// characters of 62, which is 256 bits; the checksum is six characters, by which a mistyped key, or one found in a log, is recognised
/// without asking anybody.
/// </summary>
public static class ApiKeyFormat
{
    public const string Prefix = "genai_";
    public const int IdLength = 10;
    public const int Length = 6 + IdLength + 1 + SecretLength + ChecksumLength;

    /// <summary>For messages.</summary>
    public const string Description = "genai_, ten characters, an underscore and 49 characters";

    private const int SecretLength = 43;
    private const int ChecksumLength = 6;

    /// <summary>Without those that are easily taken for another: an id is read aloud and typed.</summary>
    private const string IdAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(IdAlphabet);
    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    public static string NewId() => RandomNumberGenerator.GetString(IdAlphabet, IdLength);

    /// <summary>A new key with a new secret.</summary>
    public static string NewKey(string id)
    {
        var key = $"{Prefix}{id}_{RandomNumberGenerator.GetString(Alphabet, SecretLength)}";
        return key + Checksum(key);
    }

    /// <summary>The id in something that has a key's outline. It says nothing of the checksum, let alone of whether there is such a key.</summary>
    public static bool TryGetId(ReadOnlySpan<char> key, out ReadOnlySpan<char> id)
    {
        var isKey = key.Length == Length && key.StartsWith(Prefix, StringComparison.Ordinal) && key[Prefix.Length + IdLength] == '_';
        id = isKey ? key.Slice(Prefix.Length, IdLength) : default;
        return isKey;
    }

    /// <summary>Whether it is written as a key is: the outline, the characters and the checksum.</summary>
    public static bool IsWellFormed([NotNullWhen(true)] string? key) =>
        key is not null
        && TryGetId(key, out var id)
        && !id.ContainsAnyExcept(IdCharacters)
        && !key.AsSpan(Prefix.Length + IdLength + 1).ContainsAnyExcept(Characters)
        && key.EndsWith(Checksum(key[..^ChecksumLength]), StringComparison.Ordinal);

    /// <summary>What may be shown of a key, by which its owner recognises it: the prefix, the id and four characters of the secret.</summary>
    public static string ShownPart(string key) => key[..(Prefix.Length + IdLength + 1 + 4)];

    /// <summary>The first 32 bits of the SHA-256 in base 62.</summary>
    private static string Checksum(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(text), hash);
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash);
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--, number /= 62) digits[i] = Alphabet[(int)(number % 62)];
        return digits.ToString();
    }
}
