using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Scenes;

namespace GenAI.ModelServer.Tests.Imaging;

public sealed class SceneParserTests
{
    [Theory]
    [InlineData("three red circles", "Circle", 3)]
    [InlineData("12 stars", "Star", 12)]
    [InlineData("a dozen boxes", "Square", 12)]
    [InlineData("stars", "Star", 3)]
    [InlineData("a pair of diamonds", "Diamond", 2)]
    [InlineData("one daisy", "Flower", 1)]
    [InlineData("99999 hearts", "Heart", ImagingLimits.MaxShapes)]
    [InlineData("a cross", "Cross", 1)]
    public void Nouns_are_counted(string prompt, string kind, int count)
    {
        var group = Assert.Single(SceneParser.Parse(prompt).Groups);

        Assert.Equal((Enum.Parse<ShapeKind>(kind), count), (group.Kind, group.Count));
    }

    [Fact]
    public void Attributes_go_to_their_noun()
    {
        var scene = SceneParser.Parse("two small dark green triangles at the top and a huge red and white striped ring on the right");

        Assert.Collection(
            scene.Groups,
            group => Assert.Equal(
                (ShapeKind.Triangle, 2, 0.6, TextureKind.None, Region.Top), (group.Kind, group.Count, group.Size, group.Texture, group.Region)),
            group =>
            {
                Assert.Equal((ShapeKind.Ring, 1, 1.5, TextureKind.Stripes, Region.Right), (group.Kind, group.Count, group.Size, group.Texture, group.Region));
                Assert.Equal(2, group.Colours.Length);
            });
        Assert.Equal(Rgb.FromHex(0x1FA83A).Darker(0.5f), scene.Groups[0].Colours[0]);
    }

    [Theory]
    [InlineData("a blue circle inside a yellow square")]
    [InlineData("a blue circle on a yellow square")]
    public void What_holds_another_is_drawn_first(string prompt)
    {
        var groups = SceneParser.Parse(prompt).Groups;

        Assert.Equal([ShapeKind.Square, ShapeKind.Circle], groups.Select(group => group.Kind));
        Assert.True(groups[0].HoldsNext);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n\t ")]
    [InlineData("best quality, masterpiece, 4k")]
    [InlineData("((())),,,::;;")]
    [InlineData("<lora:thing:1>")]
    public void Without_content_there_is_no_scene(string prompt) => Assert.True(SceneParser.Parse(prompt).IsEmpty);

    [Theory]
    [InlineData("a (red circle:1.2)", "a red circle")]
    [InlineData("a [red] ((circle))", "a red circle")]
    [InlineData("A Red CIRCLE!!!", "a red circle")]
    [InlineData("a red circle <lora:x:0.5>", "a red circle")]
    public void Weights_and_case_do_not_matter(string prompt, string plain) =>
        Assert.Equal(SceneParser.Parse(plain).Groups[0].Colours, SceneParser.Parse(prompt).Groups[0].Colours);

    [Fact]
    public void Every_text_gives_a_scene_that_can_be_drawn()
    {
        string[] words =
        [
            "red", "and", "circle", "squares", ",", "on", "background", "left", "of", "above", "inside", "dark", "7", "gradient", "night", "striped",
            "sun", "mountains", "zorg", "with", "the", "is", "blue", "tiny", "(", ":1.2)", "<", "日本", "\0", "😀",
        ];
        var random = new SplitMix(42);
        var planes = new float[3 * 24 * 16];
        for (var i = 0; i < 2000; i++)
        {
            var length = (int)random.Between(1, 14);
            var prompt = string.Join(' ', Enumerable.Range(0, length).Select(_ => random.Pick<string>(words)));
            var scene = SceneParser.Parse(prompt);

            Assert.True(scene.Groups.Sum(group => group.Count) <= ImagingLimits.MaxShapes);
            if (scene.IsEmpty)
                continue;
            SceneRenderer.Render(scene, 24, 16, (ulong)i, planes);
            Assert.True(Array.TrueForAll(planes, sample => sample is >= -1.0001f and <= 1.0001f), prompt);
        }
    }

    [Fact]
    public void Every_colour_word_is_drawn_in_its_colour()
    {
        foreach (var name in ColourNames.Names)
        {
            Assert.True(ColourNames.TryGet(name, out var colour));
            var scene = SceneParser.Parse($"a {name} background");
            Assert.Equal(Backdrop.Plain(colour).Stops, scene.Backdrop!.Stops);
        }
    }
}
