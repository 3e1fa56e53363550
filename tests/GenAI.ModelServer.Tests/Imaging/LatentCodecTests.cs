using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.Tests.Imaging;

public sealed class LatentCodecTests
{
    [Fact]
    public void Decoding_what_was_encoded_gives_the_same_picture()
    {
        var rgb = new byte[3 * 50 * 40];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = (byte)(i * 37);

        var latent = LatentCodec.Encode(new Picture(50, 40, rgb));

        Assert.Equal(rgb, LatentCodec.Decode(latent, 0).Rgb);
    }

    [Fact]
    public void Values_beyond_the_colours_are_clamped()
    {
        var latent = new Latent(2, 1, [[100f, -100f, 0f, 0f, 0f, 0f]]);

        Assert.Equal([255, 255, 255, 0, 0, 0], LatentCodec.Decode(latent, 0).Rgb);
    }

    [Fact]
    public void Grey_has_no_colour_planes()
    {
        var latent = LatentCodec.Encode(new Picture(1, 1, [200, 200, 200]));

        Assert.Equal(0, latent.Images[0][1], 1e-6f);
        Assert.Equal(0, latent.Images[0][2], 1e-6f);
    }

    [Fact]
    public void A_picture_of_the_wrong_length_is_refused() => Assert.Throws<ArgumentException>(() => new Picture(2, 2, new byte[11]));
}
