using GenAI.Gateway.Generation.ComfyUI;

namespace GenAI.Gateway.Tests.Generation;

public sealed class WorkflowTemplateTests
{
    private const string AllButSeed =
        """{"a":{"class_type":"A","inputs":{"c":"$checkpoint","p":"$prompt","w":"$width","h":"$height","s":"$steps","g":"$guidance"}}}""";

    [Theory]
    [InlineData("null", "JSON null")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{", "not a JSON object")]
    [InlineData("""{"a":{"class_type":"A"}}""", "Node 'a'")]
    [InlineData("""{"a":{"class_type":"A","inputs":{"x":"$sede"}}}""", "no slot '$sede'")]
    [InlineData(AllButSeed, "$seed are not used")]
    public void What_cannot_be_used_is_refused_with_the_reason(string json, string reason)
    {
        var exception = Assert.Throws<FormatException>(() => WorkflowTemplate.Parse(json));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
