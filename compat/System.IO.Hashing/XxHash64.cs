using System.Buffers.Binary;

namespace System.IO.Hashing;

/// <summary>
/// The XXH64 hash: 64 bits, written big-endian as the xxHash specification's canonical form says
/// (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
/// </summary>
public sealed class XxHash64 : NonCryptographicHashAlgorithm
{
    private const int HashBytes = sizeof(ulong);

    private readonly byte[] _pending = new byte[XxHash64State.StripeBytes];
    private readonly ulong _seed;
    private XxHash64State _state;
    private int _pendingBytes;
    private ulong _length;

    public XxHash64()
        : this(seed: 0)
    {
    }

    public XxHash64(long seed)
        : base(HashBytes)
    {
        _seed = unchecked((ulong)seed);
        Reset();
    }

    public override void Append(ReadOnlySpan<byte> source)
    {
        _length += (ulong)source.Length;
        if (_pendingBytes > 0)
        {
            var taken = Math.Min(source.Length, XxHash64State.StripeBytes - _pendingBytes);
            source[..taken].CopyTo(_pending.AsSpan(_pendingBytes));
            source = source[taken..];
            _pendingBytes += taken;
            if (_pendingBytes < XxHash64State.StripeBytes)
                return;

            _state.MixStripes(_pending);
        }

        var rest = _state.MixStripes(source);
        rest.CopyTo(_pending);
        _pendingBytes = rest.Length;
    }

    public override void Reset()
    {
        _state = new XxHash64State(_seed);
        _pendingBytes = 0;
        _length = 0;
    }

    public ulong GetCurrentHashAsUInt64() => _state.Finish(_pending.AsSpan(0, _pendingBytes), _length);

    protected override void GetCurrentHashCore(Span<byte> destination)
        => BinaryPrimitives.WriteUInt64BigEndian(destination, GetCurrentHashAsUInt64());

    public static byte[] Hash(byte[] source) => Hash(source, seed: 0);

    public static byte[] Hash(byte[] source, long seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Hash(new ReadOnlySpan<byte>(source), seed);
    }

    public static byte[] Hash(ReadOnlySpan<byte> source, long seed = 0)
    {
        var hash = new byte[HashBytes];
        BinaryPrimitives.WriteUInt64BigEndian(hash, HashToUInt64(source, seed));
        return hash;
    }

    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than a hash.</exception>
    public static int Hash(ReadOnlySpan<byte> source, Span<byte> destination, long seed = 0)
        => TryHash(source, destination, out var written, seed)
            ? written
            : throw new ArgumentException(
                $"The destination has {destination.Length} bytes, a hash needs {HashBytes}.", nameof(destination));

    public static bool TryHash(ReadOnlySpan<byte> source, Span<byte> destination, out int bytesWritten, long seed = 0)
    {
        if (!BinaryPrimitives.TryWriteUInt64BigEndian(destination, HashToUInt64(source, seed)))
        {
            bytesWritten = 0;
            return false;
        }

        bytesWritten = HashBytes;
        return true;
    }

    public static ulong HashToUInt64(ReadOnlySpan<byte> source, long seed = 0)
    {
        var state = new XxHash64State(unchecked((ulong)seed));
        var rest = state.MixStripes(source);
        return state.Finish(rest, (ulong)source.Length);
    }
}
