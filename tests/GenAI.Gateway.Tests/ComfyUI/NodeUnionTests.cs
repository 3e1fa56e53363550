using System.Text;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Capabilities;

namespace GenAI.Gateway.Tests.ComfyUI;

public class NodeUnionTests
{
    [Fact]
    public void Every_class_and_every_choice_that_one_instance_has_is_in_the_union_once()
    {
        var union = Union(
            """{"A":{"input":{"required":{"model":[["x","y"],{}],"steps":["INT",{"min":1}]}}}}""",
            """{"A":{"input":{"required":{"model":[["y","z"],{}],"steps":["INT",{"min":5}]}}},"B":{"output":["IMAGE"]}}""");

        Assert.Equal("""{"A":{"input":{"required":{"model":[["x","y","z"],{}],"steps":["INT",{"min":1}]}}},"B":{"output":["IMAGE"]}}""", union.ToJsonString());
    }

    [Fact]
    public void Choices_are_found_in_the_newer_spelling_too()
    {
        var union = Union(
            """{"A":{"input":{"optional":{"model":["COMBO",{"options":["x"]}]}}}}""",
            """{"A":{"input":{"optional":{"model":["COMBO",{"options":["y"]}]}}}}""");

        Assert.Equal("""["x","y"]""", union["A"]!["input"]!["optional"]!["model"]![1]!["options"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"A":{"input":{"required":{"model":[["x"]]}}}}""", """{"A":{}}""")]
    [InlineData("""{"A":{"input":{"required":{"model":[["x"]]}}}}""", """{"A":{"input":{"required":{"model":"odd"}}}}""")]
    [InlineData("""{"A":{"input":{"required":{"model":["INT"]}}}}""", """{"A":{"input":{"required":{"model":[["x"]]}}}}""")]
    public void Where_descriptions_differ_the_first_counts(string first, string second) =>
        Assert.Equal(first, Union(first, second).ToJsonString());

    private static JsonObject Union(params string[] descriptions) => (JsonObject)JsonNode.Parse(
        NodeUnion.Of([.. descriptions.Select(description => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(description))]).Span)!;
}
