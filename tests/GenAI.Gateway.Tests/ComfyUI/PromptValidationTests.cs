using System.Text;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Graphs;

namespace GenAI.Gateway.Tests.ComfyUI;

public sealed class PromptValidationTests
{
    private const string Classes = """
        {"Load":{"input":{"required":{"ckpt_name":[["a.safetensors","b.safetensors"],{}]}},"output":["MODEL","LATENT"],"output_node":false,"python_module":"nodes"},
         "Sample":{"input":{"required":{"model":["MODEL",{}],"seed":["INT",{"min":0,"max":18446744073709551615}],
            "steps":["INT",{"min":1,"max":100}],"cfg":["FLOAT",{"min":0.0,"max":30.0}]},"optional":{"any":["*",{}]}},
            "output":["LATENT"],"output_node":false,"python_module":"nodes"},
         "Custom":{"input":{"required":{"mode":[["x"],{}]}},"output":["LATENT"],"output_node":false,"python_module":"custom_nodes.mine"},
         "Picture":{"input":{"required":{"image":[["old.png"],{"image_upload":true}]}},"output":["LATENT"],"output_node":false,"python_module":"nodes"},
         "Save":{"input":{"required":{"samples":["LATENT",{}]}},"output":[],"output_node":true,"python_module":"nodes"}}
        """;

    private const string Good = """
        {"1":{"class_type":"Load","inputs":{"ckpt_name":"a.safetensors"}},
         "2":{"class_type":"Sample","inputs":{"model":["1",0],"seed":18446744073709551615,"steps":20,"cfg":7}},
         "3":{"class_type":"Save","inputs":{"samples":["2",0]}}}
        """;

    [Fact]
    public void A_good_graph_names_its_outputs()
    {
        var verdict = Check(Good);

        Assert.Null(verdict.Error);
        Assert.Equal(["3"], verdict.Outputs);
        Assert.Empty(verdict.NodeErrors);
    }

    [Theory]
    [InlineData("\"a.safetensors\"", "\"c.safetensors\"", "1", "value_not_in_list")]
    [InlineData("\"steps\":20", "\"steps\":0", "2", "value_smaller_than_min")]
    [InlineData("\"steps\":20", "\"steps\":1e300", "2", "value_bigger_than_max")]
    [InlineData("\"seed\":18446744073709551615", "\"seed\":18446744073709551616", "2", "value_bigger_than_max")]
    [InlineData("\"cfg\":7", "\"cfg\":\"much\"", "2", "invalid_input_type")]
    [InlineData(",\"cfg\":7", "", "2", "required_input_missing")]
    [InlineData("[\"1\",0]", "[\"1\"]", "2", "bad_linked_input")]
    [InlineData("[\"1\",0]", "[\"1\",1]", "2", "return_type_mismatch")]
    [InlineData("[\"1\",0]", "[\"7\",0]", "2", "exception_during_inner_validation")]
    [InlineData("[\"2\",0]", "[\"7\",0]", "3", "exception_during_validation")]
    public void A_bad_node_is_reported_with_ComfyUIs_type_and_the_output_it_spoils(string good, string bad, string node, string type)
    {
        var verdict = Check(Good.Replace(good, bad, StringComparison.Ordinal));

        Assert.Equal("prompt_outputs_failed_validation", verdict.Error?.Type);
        var entry = verdict.NodeErrors[node]!;
        Assert.Equal(type, entry["errors"]![0]!["type"]!.GetValue<string>());
        Assert.Equal("3", Assert.Single(entry["dependent_outputs"]!.AsArray())!.GetValue<string>());
    }

    [Fact]
    public void A_good_output_runs_beside_a_bad_one()
    {
        var verdict = Check(Good[..Good.LastIndexOf('}')] + """,  "4":{"class_type":"Save","inputs":{}} }""");

        Assert.Null(verdict.Error);
        Assert.Equal(["3"], verdict.Outputs);
        Assert.Equal("required_input_missing", verdict.NodeErrors["4"]!["errors"]![0]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void A_class_that_no_instance_has_is_missing_unless_one_has_not_been_heard()
    {
        const string Unknown = """{"9":{"class_type":"Nobody","inputs":{},"_meta":{"title":"Mine"}}}""";

        var (_, error) = PromptGraph.Read(JsonNode.Parse(Unknown), Library(isComplete: true), 10);
        Assert.Equal("missing_node_type", error!.Type);
        Assert.Equal("Nobody", error.ExtraInfo["class_type"]!.GetValue<string>());

        Assert.Equal(["9"], Check(Unknown, isComplete: false).Outputs);
    }

    [Fact]
    public void A_custom_node_may_take_what_it_does_not_list() => Assert.Null(Check("""
        {"1":{"class_type":"Custom","inputs":{"mode":"y"}},"3":{"class_type":"Save","inputs":{"samples":["1",0]}}}
        """).Error);

    [Theory]
    [InlineData("mine.png", null)]
    [InlineData("yours.png", "custom_validation_failed")]
    public void An_uploaded_file_must_be_there(string file, string? type)
    {
        var verdict = Check("""
            {"1":{"class_type":"Picture","inputs":{"image":"FILE"}},"3":{"class_type":"Save","inputs":{"samples":["1",0]}}}
            """.Replace("FILE", file, StringComparison.Ordinal));

        Assert.Equal(type, verdict.NodeErrors["1"]?["errors"]![0]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void A_cycle_is_reported_on_its_nodes()
    {
        var verdict = Check("""
            {"1":{"class_type":"Sample","inputs":{"model":["8",0],"seed":0,"steps":1,"cfg":1,"any":["2",0]}},
             "2":{"class_type":"Sample","inputs":{"model":["8",0],"seed":0,"steps":1,"cfg":1,"any":["1",0]}},
             "8":{"class_type":"Load","inputs":{"ckpt_name":"a.safetensors"}},
             "3":{"class_type":"Save","inputs":{"samples":["1",0]}}}
            """);

        Assert.Equal("prompt_outputs_failed_validation", verdict.Error?.Type);
        Assert.Equal("dependency_cycle", verdict.NodeErrors["1"]!["errors"]![0]!["type"]!.GetValue<string>());
        Assert.Equal("dependency_cycle", verdict.NodeErrors["2"]!["errors"]![0]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void A_chain_as_long_as_a_workflow_may_be_does_not_exhaust_the_stack()
    {
        var graph = new StringBuilder("""{"0":{"class_type":"Load","inputs":{"ckpt_name":"a.safetensors"}}""");
        const int Length = 5000;
        for (var i = 1; i < Length; i++)
            graph.Append($$$""","{{{i}}}":{"class_type":"Sample","inputs":{"model":["0",0],"seed":0,"steps":1,"cfg":1,"any":["{{{i - 1}}}",0]} }""");
        graph.Append($$$""","s":{"class_type":"Save","inputs":{"samples":["{{{Length - 1}}}",0]} } }""");

        Assert.Equal(["s"], Check(graph.ToString()).Outputs);
    }

    private static PromptVerdict Check(string graph, bool isComplete = true)
    {
        var (read, error) = PromptGraph.Read(JsonNode.Parse(graph), Library(isComplete), 10_000);
        Assert.Null(error);
        return PromptValidation.Check(read!, targets: null, isComplete, (_, file) => file == "mine.png");
    }

    private static NodeLibrary Library(bool isComplete) => new(Encoding.UTF8.GetBytes(Classes), isComplete);
}
