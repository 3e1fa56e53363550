using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.Tests.Imaging;

public sealed class ResamplingTests
{
    [Theory]
    [InlineData("nearest-exact", new float[] { 0, 0, 0, 9, 9, 9 })]
    [InlineData("bilinear", new float[] { 0, 0, 3, 6, 9, 9 })]
    [InlineData("area", new float[] { 0, 0, 0, 9, 9, 9 })]
    public void Two_samples_become_six(string method, float[] expected) =>
        Assert.Equal(expected, Resampling.Resize([0, 9], 2, 1, 6, 1, method).Select(sample => MathF.Round(sample, 4)));

    [Fact]
    public void An_area_is_the_mean_of_what_it_covers() => Assert.Equal([2f, 5f], Resampling.Resize([1, 3, 4, 6], 4, 1, 2, 1, "area"));

    [Theory]
    [InlineData("nearest-exact")]
    [InlineData("bilinear")]
    [InlineData("area")]
    [InlineData("bicubic")]
    [InlineData("lanczos")]
    public void A_plain_plane_stays_plain_and_the_same_size_is_the_same_plane(string method)
    {
        Assert.All(Resampling.Resize([7, 7, 7, 7, 7, 7], 3, 2, 5, 7, method), sample => Assert.Equal(7, sample, 4));
        float[] plane = [1, 5, 2, 8, 3, 9];
        Assert.Equal(plane, Resampling.Resize(plane, 3, 2, 3, 2, method).Select(sample => MathF.Round(sample, 4)));
    }

    [Theory]
    [InlineData("bicubic")]
    [InlineData("lanczos")]
    public void Rows_and_columns_are_scaled_alike(string method)
    {
        float[] plane = [0, 1, 4, 9, 16, 25, 36, 49, 64];
        float[] turned = [0, 9, 36, 1, 16, 49, 4, 25, 64];

        var wide = Resampling.Resize(plane, 3, 3, 7, 3, method);
        var tall = Resampling.Resize(turned, 3, 3, 3, 7, method);

        for (var x = 0; x < 7; x++)
        {
            for (var y = 0; y < 3; y++) Assert.Equal(wide[y * 7 + x], tall[x * 3 + y], 3);
        }
    }
}
