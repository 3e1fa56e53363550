using System.Buffers.Binary;
using System.Text;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.Tests.Imaging;

public sealed class PngTests
{
    private static readonly PictureLimits Limits = new(64, 1024);

    [Fact]
    public void What_was_written_is_read_back()
    {
        var picture = Sample(17, 9);
        KeyValuePair<string, string>[] text = [new("prompt", """{"1":{}}"""), new("workflow", "naïve"), new("title", "日本 😀"), new("prompt", "")];

        var file = PngWriter.Write(picture, text);

        Assert.Equal(picture.Rgb, PngReader.Read(file, Limits).Picture.Rgb);
        Assert.Equal(text, PngReader.ReadText(file));
        Assert.Equal(["IHDR", "tEXt", "tEXt", "iTXt", "tEXt", "IDAT", "IEND"], Types(file));
    }

    [Theory]
    [InlineData("", "text")]
    [InlineData("日本", "text")]
    [InlineData("key", "nul\0l")]
    public void Text_that_PNG_cannot_hold_is_refused(string keyword, string value) =>
        Assert.Throws<ArgumentException>(() => PngWriter.Write(Sample(1, 1), [new(keyword, value)]));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(0, 16)]
    [InlineData(2, 8)]
    [InlineData(2, 16)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 8)]
    [InlineData(4, 16)]
    [InlineData(6, 8)]
    [InlineData(6, 16)]
    public void Every_colour_type_is_read_with_every_filter_and_interlacing(int colourType, int depth)
    {
        var plain = PngReader.Read(PngBuilder.Make(13, 11, colourType, depth, interlaced: false), Limits);
        var interlaced = PngReader.Read(PngBuilder.Make(13, 11, colourType, depth, interlaced: true), Limits);

        var expected = PngBuilder.Expected(13, 11, colourType, depth);
        Assert.Equal(expected.Rgb, plain.Picture.Rgb);
        Assert.Equal(expected.Alpha, plain.Alpha);
        Assert.Equal(plain.Picture.Rgb, interlaced.Picture.Rgb);
        Assert.Equal(plain.Alpha, interlaced.Alpha);
    }

    [Fact]
    public void A_transparent_colour_becomes_alpha()
    {
        var file = PngBuilder.File(2, 1, 0, 8, false, PngBuilder.Chunk("tRNS", [0, 7]), PngBuilder.Data([0, 7, 8]));

        Assert.Equal([0, 255], PngReader.Read(file, Limits).Alpha!);
    }

    [Fact]
    public void Damage_is_named()
    {
        var file = PngWriter.Write(Sample(8, 8), [new("prompt", "x")]);

        AssertDamaged("signature", [.. "GIF89a"u8, .. file]);
        AssertDamaged("signature", []);
        AssertDamaged("ends", file[..^1]);
        AssertDamaged("ends inside its IDAT", file[..^30]);
        for (var i = 8; i < file.Length; i++)
        {
            var changed = file.ToArray();
            changed[i] ^= 0x20;
            Assert.Throws<InvalidDataException>(() => PngReader.Read(changed, Limits));
        }
    }

    [Fact]
    public void Nonsense_in_valid_chunks_is_named()
    {
        AssertDamaged("too large", PngBuilder.File(65, 1, 2, 8, false, PngBuilder.Data([])));
        AssertDamaged("too large", PngBuilder.File(int.MaxValue, int.MaxValue, 2, 8, false, PngBuilder.Data([])));
        AssertDamaged("not positive", PngBuilder.File(0, 4, 2, 8, false, PngBuilder.Data([])));
        AssertDamaged("not positive", PngBuilder.File(-4, 4, 2, 8, false, PngBuilder.Data([])));
        AssertDamaged("colour type 2 with 4", PngBuilder.File(4, 4, 2, 4, false, PngBuilder.Data([])));
        AssertDamaged("colour type 5", PngBuilder.File(4, 4, 5, 8, false, PngBuilder.Data([])));
        AssertDamaged("ends after 3 of 4", PngBuilder.File(1, 1, 2, 8, false, PngBuilder.Data([0, 1, 2])));
        AssertDamaged("more image data", PngBuilder.File(1, 1, 2, 8, false, PngBuilder.Data(new byte[100_000])));
        AssertDamaged("row filter 9", PngBuilder.File(1, 1, 2, 8, false, PngBuilder.Data([9, 1, 2, 3])));
        AssertDamaged("no IDAT", PngBuilder.File(1, 1, 2, 8, false));
        AssertDamaged("palette of 0 bytes", PngBuilder.File(1, 1, 3, 8, false, PngBuilder.Data([0, 0])));
        AssertDamaged("colour 5 of a palette of 1", PngBuilder.File(1, 1, 3, 8, false, PngBuilder.Chunk("PLTE", [1, 2, 3]), PngBuilder.Data([0, 5])));
        AssertDamaged("ABCD", PngBuilder.File(1, 1, 2, 8, false, PngBuilder.Chunk("ABCD", []), PngBuilder.Data([0, 1, 2, 3])));
        Assert.Throws<InvalidDataException>(() => PngReader.Read(PngBuilder.File(1, 1, 2, 8, false, PngBuilder.Chunk("IDAT", [1, 2, 3])), Limits));
    }

    [Fact]
    public void A_bomb_of_text_is_refused()
    {
        byte[] chunk = [.. "k\0\0"u8, .. PngBuilder.Deflate(new byte[8 << 20])];
        var file = PngBuilder.File(1, 1, 2, 8, false, PngBuilder.Chunk("zTXt", chunk), PngBuilder.Data([0, 1, 2, 3]));

        Assert.Throws<InvalidDataException>(() => PngReader.ReadText(file));
        Assert.Equal([1, 2, 3], PngReader.Read(file, Limits).Picture.Rgb);
    }

    private static void AssertDamaged(string reason, byte[] file) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => PngReader.Read(file, Limits)).Message, StringComparison.Ordinal);

    private static List<string> Types(byte[] file)
    {
        var types = new List<string>();
        for (var at = 8; at < file.Length; at += 12 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)))
            types.Add(Encoding.Latin1.GetString(file, at + 4, 4));
        return types;
    }

    private static Picture Sample(int width, int height) => new(width, height, [.. Enumerable.Range(0, 3 * width * height).Select(i => (byte)(i * i / 3))]);
}
