using System.IO.Hashing;
using System.Text;

namespace GenAI.Compat.Tests.Hashing;

public class XxHash64Tests
{
    private const uint Prime32 = 2654435761;
    private const ulong Prime64 = 11400714785074694797;

    /// <summary>The sanity check of the xxHash project (cli/xsum_sanity_check.c): lengths and seeds of a generated buffer.</summary>
    [Theory]
    [InlineData(0, 0, 0xEF46DB3751D8E999)]
    [InlineData(0, Prime32, 0xAC75FDA2929B17EF)]
    [InlineData(1, 0, 0xE934A84ADB052768)]
    [InlineData(1, Prime32, 0x5014607643A9B4C3)]
    [InlineData(4, 0, 0x9136A0DCA57457EE)]
    [InlineData(14, 0, 0x8282DCC4994E35C8)]
    [InlineData(14, Prime32, 0xC3BD6BF63DEB6DF0)]
    [InlineData(222, 0, 0xB641AE8CB691C174)]
    [InlineData(222, Prime32, 0x20CB8AB7AE10C14A)]
    public void The_sanity_check_of_xxHash_holds(int length, long seed, ulong expected)
        => Assert.Equal(expected, XxHash64.HashToUInt64(SanityBuffer(length), seed));

    [Theory]
    [InlineData("a", 0xd24ec4f1a98c6e5b)]
    [InlineData("asdf", 0x415872f599cea71e)]
    [InlineData("abc", 0x44bc2cf5ad770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xfbcea83c8a378bf1)]
    [InlineData("Call me Ishmael. Some years ago--never mind how long precisely-", 0x02a2e85470d6fd96)]
    public void Published_examples_hold(string text, ulong expected)
        => Assert.Equal(expected, XxHash64.HashToUInt64(Encoding.ASCII.GetBytes(text)));

    /// <summary>Bytes 0, 1, 2… hashed by the reference implementation (xxhsum 0.8.1), around the ends of its 32-byte stripes.</summary>
    [Theory]
    [InlineData(31, 0xc346d2b59b4d8ee1, 0x208e0384ffffdb7a)]
    [InlineData(32, 0xcbf59c5116ff32b4, 0x35220dfdb7d4d7c9)]
    [InlineData(33, 0x0c535d1acafb8ead, 0x5677d5193d356c20)]
    [InlineData(63, 0xe26aa9e2a95f8e4f, 0xc57c35bc58c8fe4a)]
    [InlineData(64, 0xf7c67301db6713f0, 0x79e8b8230306e25c)]
    [InlineData(65, 0xc31eb63b2ae4465b, 0xfa0f7b9ed6b1f9ee)]
    [InlineData(95, 0x9ad76ac12bad59a0, 0x8c192484dce57ee7)]
    [InlineData(96, 0x450baa11f6739216, 0x39440a0d78969a4d)]
    [InlineData(97, 0xc93ec3db0dd47e34, 0xed224d882135b9dd)]
    [InlineData(128, 0x7a7fe14647b9ab92, 0x348f2b41ed158c9e)]
    public void Lengths_around_a_stripe_agree_with_the_reference(int length, ulong seed0, ulong seedMinus1)
    {
        Assert.Equal(seed0, XxHash64.HashToUInt64(Counting(length)));
        Assert.Equal(seedMinus1, XxHash64.HashToUInt64(Counting(length), seed: -1));
    }

    [Fact]
    public void Appending_in_pieces_of_any_size_gives_the_hash_of_the_whole()
    {
        for (var length = 0; length <= 130; length++)
        {
            var source = Counting(length);
            for (var piece = 1; piece <= 70; piece++)
            {
                var hash = new XxHash64(seed: 42);
                foreach (var chunk in source.Chunk(piece))
                    hash.Append(chunk);

                Assert.True(
                    XxHash64.HashToUInt64(source, seed: 42) == hash.GetCurrentHashAsUInt64(),
                    $"{length} bytes in pieces of {piece}");
            }
        }
    }

    [Fact]
    public async Task A_stream_gives_the_hash_of_its_bytes()
    {
        var source = SanityBuffer(100_003);
        var read = new XxHash64();
        read.Append(new MemoryStream(source));
        var readAsync = new XxHash64();
        await readAsync.AppendAsync(new MemoryStream(source), TestContext.Current.CancellationToken);

        Assert.Equal(XxHash64.Hash(source), read.GetCurrentHash());
        Assert.Equal(XxHash64.Hash(source), readAsync.GetCurrentHash());
    }

    [Fact]
    public void The_hash_is_written_big_endian()
        => Assert.Equal(Convert.FromHexString("EF46DB3751D8E999"), XxHash64.Hash(Array.Empty<byte>()));

    [Fact]
    public void Reading_the_hash_leaves_the_state_and_resetting_empties_it()
    {
        var hash = new XxHash64(seed: 7);
        hash.Append(Counting(40));
        var first = hash.GetCurrentHash();

        Assert.Equal(first, hash.GetCurrentHash());
        Assert.Equal(first, hash.GetHashAndReset());
        Assert.Equal(XxHash64.Hash([], seed: 7), hash.GetCurrentHash());
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused()
    {
        var hash = new XxHash64();

        Assert.Throws<ArgumentException>(() => hash.GetCurrentHash(new byte[7]));
        Assert.Throws<ArgumentException>(() => hash.GetHashAndReset(new byte[7]));
        Assert.Throws<ArgumentException>(() => XxHash64.Hash([], new byte[7]));
        Assert.False(hash.TryGetCurrentHash(new byte[7], out var written));
        Assert.False(hash.TryGetHashAndReset(new byte[7], out _));
        Assert.False(XxHash64.TryHash([], new byte[7], out _));
        Assert.Equal(0, written);
    }

    [Fact]
    public void A_longer_destination_keeps_what_is_behind_the_hash()
    {
        var destination = Enumerable.Repeat((byte)0xAA, 10).ToArray();

        Assert.True(XxHash64.TryHash([], destination, out var written));
        Assert.Equal(8, written);
        Assert.Equal(Convert.FromHexString("EF46DB3751D8E999AAAA"), destination);
    }

    private static byte[] Counting(int length) => [.. Enumerable.Range(0, length).Select(value => (byte)value)];

    private static byte[] SanityBuffer(int length)
    {
        var buffer = new byte[length];
        ulong generator = Prime32;
        foreach (ref var value in buffer.AsSpan())
        {
            value = (byte)(generator >> 56);
            generator = unchecked(generator * Prime64);
        }

        return buffer;
    }
}
