using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

/// <summary>The four accumulators of XXH64 and the steps of its specification (sections named beside each).</summary>
internal struct XxHash64State
{
    public const int StripeBytes = 32;

    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    private readonly ulong _seed;
    private ulong _lane1;
    private ulong _lane2;
    private ulong _lane3;
    private ulong _lane4;

    /// <summary>Step 1, initialise the accumulators.</summary>
    public XxHash64State(ulong seed)
    {
        _seed = seed;
        _lane1 = unchecked(seed + Prime1 + Prime2);
        _lane2 = unchecked(seed + Prime2);
        _lane3 = seed;
        _lane4 = unchecked(seed - Prime1);
    }

    /// <summary>Step 2, process whole stripes. Returns what is left, less than a stripe.</summary>
    public ReadOnlySpan<byte> MixStripes(ReadOnlySpan<byte> source)
    {
        var (lane1, lane2, lane3, lane4) = (_lane1, _lane2, _lane3, _lane4);
        while (source.Length >= StripeBytes)
        {
            lane1 = Round(lane1, BinaryPrimitives.ReadUInt64LittleEndian(source));
            lane2 = Round(lane2, BinaryPrimitives.ReadUInt64LittleEndian(source[8..]));
            lane3 = Round(lane3, BinaryPrimitives.ReadUInt64LittleEndian(source[16..]));
            lane4 = Round(lane4, BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));
            source = source[StripeBytes..];
        }

        (_lane1, _lane2, _lane3, _lane4) = (lane1, lane2, lane3, lane4);
        return source;
    }

    /// <summary>Steps 3 to 6: converge, add the length, consume the rest, avalanche. Leaves the state unchanged.</summary>
    /// <param name="rest">What followed the last whole stripe.</param>
    /// <param name="length">Length of the whole input in bytes.</param>
    public readonly ulong Finish(ReadOnlySpan<byte> rest, ulong length)
    {
        var hash = length < StripeBytes ? unchecked(_seed + Prime5) : Converge();
        return Avalanche(ConsumeRest(unchecked(hash + length), rest));
    }

    private readonly ulong Converge()
    {
        var hash = unchecked(
            BitOperations.RotateLeft(_lane1, 1) + BitOperations.RotateLeft(_lane2, 7)
            + BitOperations.RotateLeft(_lane3, 12) + BitOperations.RotateLeft(_lane4, 18));
        hash = Merge(hash, _lane1);
        hash = Merge(hash, _lane2);
        hash = Merge(hash, _lane3);
        return Merge(hash, _lane4);
    }

    private static ulong ConsumeRest(ulong hash, ReadOnlySpan<byte> rest)
    {
        unchecked
        {
            for (; rest.Length >= 8; rest = rest[8..])
            {
                hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest));
                hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
            }

            if (rest.Length >= 4)
            {
                hash ^= BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1;
                hash = (BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3;
                rest = rest[4..];
            }

            foreach (var value in rest)
            {
                hash ^= value * Prime5;
                hash = BitOperations.RotateLeft(hash, 11) * Prime1;
            }

            return hash;
        }
    }

    private static ulong Round(ulong lane, ulong input)
        => unchecked(BitOperations.RotateLeft(lane + (input * Prime2), 31) * Prime1);

    private static ulong Merge(ulong hash, ulong lane)
        => unchecked(((hash ^ Round(0, lane)) * Prime1) + Prime4);

    private static ulong Avalanche(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 33)) * Prime2;
            hash = (hash ^ (hash >> 29)) * Prime3;
            return hash ^ (hash >> 32);
        }
    }
}
