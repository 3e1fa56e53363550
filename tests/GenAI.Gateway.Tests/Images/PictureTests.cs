using GenAI.Gateway.Images;

namespace GenAI.Gateway.Tests.Images;

public sealed class PictureTests
{
    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452000001400000 00C8", 320, 200, "png")]
    [InlineData("FFD8FFE000044A46FFC0001108 00C8 0140 03011100", 320, 200, "jpg")]
    [InlineData("52494646000000005745425056503820 00000000 000000 9D012A 4001 C800 0000", 320, 200, "webp")]
    [InlineData("52494646000000005745425056503858 0A000000 00000000 3F0100 C70000", 320, 200, "webp")]
    [InlineData("5249464600000000574542505650384C 00000000 2F 3FC13100 000000000000000000", 320, 200, "webp")]
    public void Its_head_tells_what_it_is_and_how_large(string hex, int width, int height, string extension)
    {
        var (picture, _) = Picture.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

        Assert.Equal((width, height), (picture!.Width, picture.Height));
        Assert.EndsWith($".{extension}", picture.FileName, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "0 bytes of another kind")]
    [InlineData("47494638396101000100", "10 bytes of another kind")]
    [InlineData("89504E470D0A1A0A", "a png file without a size")]
    [InlineData("89504E470D0A1A0A0000000D494844520000000000000001", "a png file of 0x1")]
    [InlineData("89504E470D0A1A0A0000000D494844520000753000007530", "a png file of 30000x30000")]
    [InlineData("89504E470D0A1A0A0000000D49484452FFFFFFFF00000001", "a png file of -1x1")]
    [InlineData("FFD8FFE0", "a jpg file without a size")]
    [InlineData("FFD8FFE0FFFFFFFFFFFFFFFFFFFFFFFF", "a jpg file without a size")]
    public void What_is_none_is_said_to_be_something_else(string hex, string expected)
    {
        var (picture, found) = Picture.Read(Convert.FromHexString(hex));

        Assert.Null(picture);
        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData(1000, 3000, 688, 2048)]
    [InlineData(512, 512, 512, 512)]
    [InlineData(10, 4000, 64, 2048)]
    [InlineData(500, 300, 496, 304)]
    public void The_nearest_size_has_its_shape(int width, int height, int expectedWidth, int expectedHeight) =>
        Assert.Equal(new ImageSize(expectedWidth, expectedHeight), ImageSize.Nearest(width, height));

    [Theory]
    [InlineData(7, 2, 9)]
    [InlineData(long.MaxValue, 1, 0)]
    [InlineData(long.MaxValue, 2, 1)]
    public void The_seeds_of_a_batch_follow_each_other_and_are_never_negative(long seed, int index, long expected) =>
        Assert.Equal(expected, SeedSequence.At(seed, index));
}
