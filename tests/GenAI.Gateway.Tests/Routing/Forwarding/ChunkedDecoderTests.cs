using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GenAI.Gateway.Routing.Forwarding;

namespace GenAI.Gateway.Tests.Routing.Forwarding;

public sealed class ChunkedDecoderTests
{
    [Fact]
    public void However_a_body_is_cut_into_chunks_and_the_chunks_into_reads_it_is_the_same_body() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[][]>(), ArbMap.Default.ArbFor<PositiveInt>(), (chunks, seed) =>
        {
            var sent = chunks.Where(chunk => chunk is { Length: > 0 }).ToArray();
            var encoded = sent.SelectMany(chunk => Encoding.ASCII.GetBytes($"{chunk.Length:X};a=b\r\n").Concat(chunk).Concat("\r\n"u8.ToArray()))
                .Concat("0\r\nT: 1\r\n\r\n"u8.ToArray()).ToArray();

            var (received, left) = Decode(encoded.Concat("next"u8.ToArray()).ToArray(), new Random(seed.Get));

            return received.SequenceEqual(sent.SelectMany(chunk => chunk)) && left == "next";
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("\r\n")]
    [InlineData(";x\r\n")]
    [InlineData("0x5\r\nhello")]
    [InlineData("-1\r\n")]
    [InlineData("5\nhello")]
    [InlineData("5\r\nhello5\r\n")]
    [InlineData("5\r\nhello\r5")]
    [InlineData("1000000000000000\r\n")]
    [InlineData("5;a\nb\r\n")]
    [InlineData("0\r\nX: 1\nY: 2\r\n\r\n")]
    public void What_is_not_the_chunked_coding_is_refused(string text) =>
        Assert.Throws<HttpRequestException>(() => Decode(Encoding.ASCII.GetBytes(text), new Random(1)));

    [Theory]
    [InlineData("1;{0}\r\n")]
    [InlineData("0\r\nX: {0}\r\n\r\n")]
    public void Extensions_and_trailers_have_bounds(string text) =>
        Assert.Throws<HttpRequestException>(() => Decode(Encoding.ASCII.GetBytes(string.Format(text, new string('x', 20_000))), new Random(1)));

    private static (byte[] Body, string Left) Decode(byte[] bytes, Random random)
    {
        var decoder = new ChunkedDecoder();
        var body = new List<byte>();
        var at = 0;
        while (at < bytes.Length && !decoder.IsDone)
        {
            var read = bytes.AsSpan(at, Math.Min(bytes.Length - at, random.Next(1, 9)));
            var framing = decoder.SkipFraming(read);
            var data = (int)Math.Min(decoder.DataLeft, read.Length - framing);
            body.AddRange(read.Slice(framing, data));
            if (data > 0) decoder.TakeData(data);
            at += framing + data;
        }

        return ([.. body], Encoding.ASCII.GetString(bytes.AsSpan(at)));
    }
}
