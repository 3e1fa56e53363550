using GenAI.Gateway.Images;

namespace GenAI.Gateway.Tests.Images;

public sealed class WorkflowTemplateTests
{
    private const string AllButSeed =
        """{"a":{"class_type":"A","inputs":{"c":"$checkpoint","p":"$prompt","w":"$width","h":"$height","s":"$steps","g":"$guidance"}}}""";

    private const string TextOnly =
        """{"a":{"class_type":"A","inputs":{"c":"$checkpoint","p":"$prompt","w":"$width","h":"$height","s":"$steps","g":"$guidance","r":"$seed"}}}""";

    [Theory]
    [InlineData("null", "JSON null")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{", "not a JSON object")]
    [InlineData("""{"a":{"class_type":"A"}}""", "Node 'a'")]
    [InlineData("""{"a":{"class_type":"A","inputs":{"x":"$sede"}}}""", "no slot '$sede'")]
    [InlineData("""{"a":{"class_type":"A","inputs":{"x":"$image"}}}""", "no slot '$image'")]
    [InlineData(AllButSeed, "$seed are not used")]
    public void What_cannot_be_used_is_refused_with_the_reason(string json, string reason)
    {
        var exception = Assert.Throws<FormatException>(() => WorkflowTemplate.Parse(json, WorkflowKind.TextToImage));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workflow_for_an_image_must_use_the_image()
    {
        var exception = Assert.Throws<FormatException>(() => WorkflowTemplate.Parse(TextOnly, WorkflowKind.Inpainting));

        Assert.Contains("$image, $mask, $strength are not used", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flux", "TextToImage")]
    [InlineData("flux-image", "ImageToImage")]
    [InlineData("flux-inpaint", "Inpainting")]
    [InlineData("sdxl", "TextToImage")]
    [InlineData("sdxl-image", "ImageToImage")]
    [InlineData("sdxl-inpaint", "Inpainting")]
    public void The_gateways_own_are_filled_without_a_slot_left(string name, string kind)
    {
        var template = TemplateLibrary.Read(null, name, Enum.Parse<WorkflowKind>(kind));

        var graph = template.Fill(Work, "picture.png [temp]", "mask.png [temp]").ToJsonString();

        Assert.DoesNotContain("\"$", graph.Replace("\"$seed \\u0022quoted\\u0022\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("null", graph, StringComparison.Ordinal);
        Assert.Contains("\"$seed \\u0022quoted\\u0022\"", graph, StringComparison.Ordinal);
    }

    private static ImageWork Work => new()
    {
        Prompt = "$seed \"quoted\"", Size = new ImageSize(64, 64), Steps = 1, Guidance = 1, Seed = 1, Checkpoint = "c", Sampler = "euler", Scheduler = "normal",
    };
}
