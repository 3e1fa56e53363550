using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.Tests.Imaging;

/// <summary>Whether pictures show what their prompts say.</summary>
public sealed class PromptTests
{
    private const double Tolerance = 45;

    [Theory]
    [InlineData("a red circle on a blue background", 0xE01B1B, 0x1E50E6)]
    [InlineData("a photo of a (red circle:1.3) on a (blue background:1.1), <lora:detail:0.8>, 4k, masterpiece", 0xE01B1B, 0x1E50E6)]
    [InlineData("A GREEN SQUARE ON A BLACK BACKGROUND", 0x1FA83A, 0x101014)]
    [InlineData("blue background with a big yellow circle", 0xFFE11A, 0x1E50E6)]
    [InlineData("an orange hexagon against a white wall", 0xFF8C00, 0xFAFAFA)]
    [InlineData("a pink heart, the background is navy", 0xFF7EB6, 0x0A1A5C)]
    [InlineData("a white diamond on a dark red background", 0xFAFAFA, 0x700D0D)]
    [InlineData("a circle in teal on a light gray background", 0x008080, 0xBFC1C3)]
    [InlineData("a purple octagon on red", 0x8A2BC8, 0xE01B1B)]
    [InlineData("a brown pentagon on a cyan background", 0x7A4A21, 0x00DCEB)]
    [InlineData("a blue circle inside a yellow square", 0x1E50E6, null)]
    [InlineData("a magenta ball on a lime backdrop", 0xF01EB4, 0x7FE81A)]
    [InlineData("a turquoise oval on a maroon background", 0x40E0D0, 0x800000)]
    public void Centre_and_corners_have_the_colours_of_the_prompt(string prompt, int centre, int? corners)
    {
        var picture = Pictures.Draw(prompt);

        AssertColour(centre, picture, 0.5, 0.5);
        foreach (var (x, y) in corners is null ? [] : new[] { (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0) })
            AssertColour(corners!.Value, picture, x, y);
    }

    [Theory]
    [InlineData("a red circle on the left and a blue square on the right", 0.25, 0.5, 0xE01B1B)]
    [InlineData("a red circle on the left and a blue square on the right", 0.75, 0.5, 0x1E50E6)]
    [InlineData("on the left a red circle, on the right a blue square", 0.25, 0.5, 0xE01B1B)]
    [InlineData("a green square above a yellow circle", 0.5, 0.25, 0x1FA83A)]
    [InlineData("a green square above a yellow circle", 0.5, 0.75, 0xFFE11A)]
    [InlineData("a red circle left of a blue square", 0.25, 0.5, 0xE01B1B)]
    [InlineData("a purple square in the bottom right corner", 0.75, 0.75, 0x8A2BC8)]
    [InlineData("an orange circle in the top left corner", 0.25, 0.25, 0xFF8C00)]
    [InlineData("a blue circle inside a yellow square", 0.3, 0.3, 0xFFE11A)]
    [InlineData("a red rectangle on a blue background", 0.25, 0.5, 0xE01B1B)]
    [InlineData("a red rectangle on a blue background", 0.5, 0.2, 0x1E50E6)]
    [InlineData("a meadow", 0.5, 0.95, 0x479939)]
    [InlineData("a night sky", 0.5, 0.97, 0x2A3A78)]
    [InlineData("gradient from red to blue", 0.5, 0, 0xE01B1B)]
    [InlineData("gradient from red to blue", 0.5, 1, 0x1E50E6)]
    public void Things_are_where_the_prompt_puts_them(string prompt, double x, double y, int colour) =>
        AssertColour(colour, Pictures.Draw(prompt), x, y);

    [Fact]
    public void More_and_larger_shapes_cover_more()
    {
        double[] shares =
        [
            .. new[] { "a tiny red circle", "a small red circle", "a red circle", "a huge red circle" }
                .Select(prompt => Pictures.ShareOf(Pictures.Draw(prompt + " on a white background"), 0xE01B1B)),
        ];

        Assert.Equal(shares.Order(), shares);
        Assert.True(shares[^1] > 4 * shares[0], $"from {shares[0]:P} to {shares[^1]:P}");
    }

    [Fact]
    public void Every_seed_shows_the_prompt()
    {
        for (ulong seed = 0; seed < 12; seed++)
        {
            var picture = Pictures.Draw(Pictures.Request("a red circle on a blue background") with { Seed = seed });
            AssertColour(0xE01B1B, picture, 0.5, 0.5);
            AssertColour(0x1E50E6, picture, 0, 1);
        }
    }

    [Theory]
    [InlineData(7, "")]
    [InlineData(7, "blurry, low quality, extra fingers, goblins")]
    [InlineData(15, "")]
    [InlineData(4.5, "a green background")]
    public void Guidance_keeps_the_colours(double cfg, string negative)
    {
        var picture = Pictures.Draw(Pictures.Request("a red circle on a blue background") with { Cfg = cfg, Negative = new(negative) });

        AssertColour(0xE01B1B, picture, 0.5, 0.5);
        AssertColour(0x1E50E6, picture, 0, 0);
    }

    [Fact]
    public void A_negative_prompt_draws_the_colour_away()
    {
        var request = Pictures.Request("a white circle on a teal background") with { Cfg = 7 };

        var plain = Pictures.ColourAt(Pictures.Draw(request), 0, 0);
        var lessBlue = Pictures.ColourAt(Pictures.Draw(request with { Negative = new("a blue background") }), 0, 0);

        Assert.True(lessBlue.B < plain.B - 5, $"blue {plain.B} became {lessBlue.B}");
    }

    [Fact]
    public void Unknown_words_change_what_is_left_open_and_nothing_else()
    {
        var first = Pictures.Draw("a red circle, zorgon flimflam");
        var second = Pictures.Draw("a red circle, quibble nonsuch");

        Assert.NotEqual(Pictures.ColourAt(first, 0, 0), Pictures.ColourAt(second, 0, 0));
        AssertColour(0xE01B1B, first, 0.5, 0.5);
        AssertColour(0xE01B1B, second, 0.5, 0.5);
        Assert.Equal(first.Rgb, Pictures.Draw("a red circle, zorgon flimflam").Rgb);
    }

    [Fact]
    public void A_prompt_without_a_known_word_still_gives_a_picture_of_its_own()
    {
        var first = Pictures.Draw("melancholy androids");
        var second = Pictures.Draw("cheerful wombats");

        Assert.True(first.Rgb.Distinct().Count() > 100);
        Assert.NotEqual(first.Rgb, second.Rgb);
    }

    [Fact]
    public void Shapes_without_a_place_do_not_hide_each_other()
    {
        var picture = Pictures.Draw("a red circle, a green square and a blue triangle on a white background");

        Assert.All(new[] { 0xE01B1B, 0x1FA83A, 0x1E50E6 }, colour => Assert.InRange(Pictures.ShareOf(picture, colour), 0.015, 0.12));
    }

    private static void AssertColour(int expected, Picture picture, double x, double y)
    {
        var (r, g, b) = Pictures.ColourAt(picture, x, y);
        var furthest = new[] { r - (expected >> 16 & 0xFF), g - (expected >> 8 & 0xFF), b - (expected & 0xFF) }.Max(Math.Abs);
        Assert.True(furthest < Tolerance, $"At ({x}, {y}) the colour is ({r:F0}, {g:F0}, {b:F0}) instead of #{expected:X6}.");
    }
}
