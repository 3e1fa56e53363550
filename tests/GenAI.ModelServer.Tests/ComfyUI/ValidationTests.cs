using System.Text.Json.Nodes;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class ValidationTests
{
    public static TheoryData<string, string> BadBodies => new()
    {
        { """{}""", "no_prompt" },
        { """{"prompt": null}""", "invalid_prompt" },
        { """{"prompt": []}""", "invalid_prompt" },
        { """{"prompt": {"1": 5}}""", "invalid_prompt" },
        { """{"prompt": {"1": {"class_type": "SaveImage"}}}""", "invalid_prompt" },
        { """{"prompt": {"1": {"class_type": "SaveImage", "inputs": []}}}""", "invalid_prompt" },
        { """{"prompt": {"1": {"inputs": {}}}}""", "missing_node_type" },
        { """{"prompt": {"1": {"class_type": "NoSuchNode", "inputs": {}}}}""", "missing_node_type" },
        { """{"prompt": {}}""", "prompt_no_outputs" },
        { """{"prompt": {"1": {"class_type": "RandomNoise", "inputs": {"noise_seed": 1}}}}""", "prompt_no_outputs" },
        { """{"prompt": {}, "prompt_id": "not-a-uuid"}""", "invalid_prompt_id" },
        { """{"prompt": {}, "prompt_id": "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"}""", "invalid_prompt_id" },
        { """{"prompt": {}, "prompt_id": 7}""", "invalid_prompt_id" },
        { """{"prompt": {}, "number": "first"}""", "invalid_prompt" },
        { """{"prompt": {}, "number": 1e999}""", "invalid_prompt" },
        { """{"prompt": {}, "client_id": 7}""", "invalid_prompt" },
        { """{"prompt": {}, "extra_data": 7}""", "invalid_prompt" },
        { """{"prompt": {}, "partial_execution_targets": "9"}""", "invalid_prompt" },
        { """{"prompt": {"1": {}, "1": {}}}""", "invalid_prompt" },
        { """{"prompt": "\ud800"}""", "invalid_prompt" },
        { """{"\ud800": 1, "\ud800": 2}""", "invalid_prompt" },
        { """{"prompt": {"\ud800": {}}}""", "invalid_prompt" },
        { """{"prompt": """, "invalid_prompt" },
        { "{\"prompt\": {\"" + new string('x', 257) + "\": {}}}", "invalid_prompt" },
        { """[1, 2]""", "invalid_prompt" },
        { "", "invalid_prompt" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_request_is_refused_in_comfyuis_shape(string body, string type)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await server.Http.PostAsync("prompt", new StringContent(body), TestContext.Current.CancellationToken);

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(type, answer["error"]!["type"]!.GetValue<string>());
        Assert.NotNull(answer["error"]!["message"]);
        Assert.NotNull(answer["error"]!["details"]);
        Assert.NotNull(answer["error"]!["extra_info"]);
        Assert.NotNull(answer["node_errors"]);
    }

    /// <summary>Node, input, value (JSON), error type, and what its details must name.</summary>
    public static TheoryData<string, string, string, string, string> BadInputs => new()
    {
        { "4", "ckpt_name", "\"other.safetensors\"", "value_not_in_list", "'other.safetensors'" },
        { "3", "sampler_name", "7", "value_not_in_list", "7" },
        { "5", "width", "4096", "value_bigger_than_max", "width" },
        { "5", "height", "8", "value_smaller_than_min", "height" },
        { "5", "batch_size", "17", "value_bigger_than_max", "batch_size" },
        { "3", "steps", "151", "value_bigger_than_max", "steps" },
        { "3", "steps", "0", "value_smaller_than_min", "steps" },
        { "3", "steps", "1e300", "value_bigger_than_max", "steps" },
        { "3", "seed", "-1", "value_smaller_than_min", "seed" },
        { "3", "seed", "18446744073709551616", "value_bigger_than_max", "seed" },
        { "3", "cfg", "1e9", "value_bigger_than_max", "cfg" },
        { "3", "steps", "\"many\"", "invalid_input_type", "many" },
        { "3", "steps", "null", "invalid_input_type", "None" },
        { "3", "steps", "{}", "invalid_input_type", "steps" },
        { "3", "cfg", "\"NaN\"", "invalid_input_type", "NaN" },
        { "3", "model", "\"sdxl\"", "invalid_input_type", "sdxl" },
        { "8", "samples", "[\"4\", 0]", "return_type_mismatch", "received_type(MODEL) mismatch input_type(LATENT)" },
        { "8", "samples", "[\"3\"]", "bad_linked_input", "samples" },
        { "8", "samples", "[\"3\", 0, 1]", "bad_linked_input", "samples" },
        { "8", "samples", "[\"99\", 0]", "exception_during_inner_validation", "99" },
        { "8", "samples", "[3, 0]", "exception_during_inner_validation", "samples" },
        { "8", "samples", "[\"3\", 5]", "exception_during_inner_validation", "5" },
        { "8", "samples", "[\"3\", -1]", "exception_during_inner_validation", "-1" },
        { "9", "images", "[\"99\", 0]", "exception_during_validation", "99" },
        { "5", "width", "[\"4\", 0]", "return_type_mismatch", "received_type(MODEL) mismatch input_type(INT)" },
    };

    [Theory]
    [MemberData(nameof(BadInputs))]
    public async Task A_bad_input_is_reported_on_its_node(string node, string input, string value, string type, string details)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var (status, answer) = await PostAsync(server, Workflows.TextToImage().With(node, input, JsonNode.Parse(value)));

        Assert.Equal(400, status);
        Assert.Equal("prompt_outputs_failed_validation", answer["error"]!["type"]!.GetValue<string>());
        var nodeError = answer["node_errors"]![node]!;
        Assert.Equal(["9"], nodeError["dependent_outputs"]!.AsArray().Select(output => output!.GetValue<string>()));
        var error = Assert.Single(nodeError["errors"]!.AsArray())!;
        Assert.Equal(type, error["type"]!.GetValue<string>());
        Assert.Contains(details, error["details"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Single(answer["node_errors"]!.AsObject());
        Assert.Equal(0, (await server.Http.GetJsonAsync("prompt"))["exec_info"]!["queue_remaining"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_missing_input_is_reported_with_its_name()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var (_, answer) = await PostAsync(server, Workflows.TextToImage().Without("3", "cfg"));

        var error = answer["node_errors"]!["3"]!["errors"]![0]!;
        Assert.Equal("required_input_missing", error["type"]!.GetValue<string>());
        Assert.Equal("cfg", error["extra_info"]!["input_name"]!.GetValue<string>());
        Assert.Equal("KSampler", answer["node_errors"]!["3"]!["class_type"]!.GetValue<string>());
    }

    [Fact]
    public async Task All_errors_are_reported_at_once()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var (_, answer) = await PostAsync(server, Workflows.TextToImage().With("5", "width", 9000).With("5", "height", 1).With("3", "steps", 0));

        Assert.Equal(2, answer["node_errors"]!["5"]!["errors"]!.AsArray().Count);
        Assert.Single(answer["node_errors"]!["3"]!["errors"]!.AsArray());
    }

    [Fact]
    public async Task A_value_out_of_range_comes_back_with_the_inputs_description()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var (_, answer) = await PostAsync(server, Workflows.TextToImage().With("5", "width", 4096));

        var error = answer["node_errors"]!["5"]!["errors"]![0]!;
        Assert.Equal("Value 4096 bigger than max of 2048", error["message"]!.GetValue<string>());
        Assert.Equal(4096, error["extra_info"]!["received_value"]!.GetValue<int>());
        Assert.Equal("INT", error["extra_info"]!["input_config"]![0]!.GetValue<string>());
        Assert.Equal(2048, error["extra_info"]!["input_config"]![1]!["max"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_cycle_is_reported_on_every_node_of_it()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var prompt = new JsonObject
        {
            ["1"] = Workflows.Node("VAEDecode", new() { ["samples"] = Workflows.Link("2", 0), ["vae"] = Workflows.Link("3", 0) }),
            ["2"] = Workflows.Node("VAEEncode", new() { ["pixels"] = Workflows.Link("1", 0), ["vae"] = Workflows.Link("3", 0) }),
            ["3"] = Workflows.Node("VAELoader", new() { ["vae_name"] = "ae.safetensors" }),
            ["4"] = Workflows.Node("PreviewImage", new() { ["images"] = Workflows.Link("1", 0) }),
        };

        var (status, answer) = await PostAsync(server, prompt);

        Assert.Equal(400, status);
        Assert.Equal(["1", "2"], answer["node_errors"]!.AsObject().Select(node => node.Key).Order());
        Assert.All(answer["node_errors"]!.AsObject(), node =>
            Assert.Equal("dependency_cycle", node.Value!["errors"]![0]!["type"]!.GetValue<string>()));
        Assert.Contains("1 (VAEDecode) -> 2 (VAEEncode) -> 1 (VAEDecode)", answer["node_errors"]!["1"]!["errors"]![0]!["details"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Good_outputs_run_though_others_are_bad()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var prompt = Workflows.Plain();
        prompt["3"] = Workflows.Node("PreviewImage", new() { ["images"] = Workflows.Link("99", 0) });

        var (status, answer) = await PostAsync(server, prompt);

        Assert.Equal(200, status);
        Assert.Equal("exception_during_validation", answer["node_errors"]!["3"]!["errors"]![0]!["type"]!.GetValue<string>());
        var entry = await server.Http.WaitAsync(answer["prompt_id"]!.GetValue<string>());
        Assert.Equal(["2"], entry["outputs"]!.AsObject().Select(output => output.Key));
    }

    [Fact]
    public async Task Only_the_targets_asked_for_run()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var prompt = Workflows.Plain();
        prompt["3"] = Workflows.Node("PreviewImage", new() { ["images"] = Workflows.Link("1", 0) });

        var id = await server.Http.SubmitAsync(prompt, members: new() { ["partial_execution_targets"] = new JsonArray("3") });

        Assert.Equal(["3"], (await server.Http.WaitAsync(id))["outputs"]!.AsObject().Select(output => output.Key));
    }

    [Theory]
    [InlineData("\"20\"", "steps")]
    [InlineData("4.9", "steps")]
    [InlineData("true", "steps")]
    [InlineData("\"2.5\"", "cfg")]
    [InlineData("18446744073709551615", "seed")]
    [InlineData("""{"__value__": 4}""", "steps")]
    public async Task Values_are_converted_as_python_would(string value, string input)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var entry = await server.Http.RunAsync(Workflows.TextToImage(side: 16).With("3", input, JsonNode.Parse(value)));

        Assert.Equal("success", entry.StatusOf());
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_refused()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Limits:TextLength", "10");

        var (status, answer) = await PostAsync(server, Workflows.TextToImage("a red circle"));

        Assert.Equal(400, status);
        Assert.Contains("10 characters", answer["node_errors"]!["6"]!["errors"]![0]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_of_too_many_nodes_is_refused()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Limits:Nodes", "3");

        var (status, answer) = await PostAsync(server, Workflows.TextToImage());

        Assert.Equal(400, status);
        Assert.Contains("7 nodes", answer["error"]!["details"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_chain_of_nodes_is_validated_and_run()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var prompt = new JsonObject
        {
            ["0"] = Workflows.Node("DualCLIPLoader", new() { ["clip_name1"] = "clip_l.safetensors", ["clip_name2"] = "t5xxl_fp16.safetensors", ["type"] = "flux" }),
            ["1"] = Workflows.Node("CLIPTextEncode", new() { ["text"] = "x", ["clip"] = Workflows.Link("0", 0) }),
        };
        for (var i = 2; i < 990; i++)
            prompt[$"{i}"] = Workflows.Node("FluxGuidance", new() { ["conditioning"] = Workflows.Link($"{i - 1}", 0), ["guidance"] = 1 });
        prompt["u"] = Workflows.Node("UNETLoader", new() { ["unet_name"] = "flux1-dev.safetensors", ["weight_dtype"] = "default" });
        prompt["l"] = Workflows.Node("EmptyLatentImage", new() { ["width"] = 16, ["height"] = 16, ["batch_size"] = 1 });
        prompt["k"] = Workflows.Node("KSampler", new()
        {
            ["seed"] = 1, ["steps"] = 1, ["cfg"] = 1, ["sampler_name"] = "euler", ["scheduler"] = "normal", ["denoise"] = 1, ["model"] = Workflows.Link("u", 0),
            ["positive"] = Workflows.Link("989", 0), ["negative"] = Workflows.Link("989", 0), ["latent_image"] = Workflows.Link("l", 0),
        });
        prompt["v"] = Workflows.Node("VAELoader", new() { ["vae_name"] = "ae.safetensors" });
        prompt["d"] = Workflows.Node("VAEDecode", new() { ["samples"] = Workflows.Link("k", 0), ["vae"] = Workflows.Link("v", 0) });
        prompt["p"] = Workflows.Node("PreviewImage", new() { ["images"] = Workflows.Link("d", 0) });

        Assert.Equal("success", (await server.Http.RunAsync(prompt)).StatusOf());
    }

    private static async Task<(int Status, JsonNode Body)> PostAsync(RunningServer server, JsonObject prompt)
    {
        var (status, body) = await server.Http.PostJsonAsync("prompt", new JsonObject { ["prompt"] = prompt });
        return (status, body!);
    }

    [Fact]
    public async Task What_is_wrong_with_a_workflow_takes_not_much_more_room_than_the_workflow()
    {
        const int nodes = 900;
        var cycle = new JsonObject(Enumerable.Range(0, nodes).Select(i => Node($"{i}", "LoraLoader", ("model", $"{(i + 1) % nodes}"))));
        cycle.Add(Node("sampler", "KSampler", ("model", "0")));
        cycle.Add(Node("decode", "VAEDecode", ("samples", "sampler")));
        cycle.Add(Node("save", "SaveImage", ("images", "decode")));
        var outputs = new JsonObject(Enumerable.Range(0, nodes).Select(i => Node($"{i}", "SaveImage", ("images", "none"))));
        var unknown = new JsonObject([Node("1", new string('x', 1_000_000), ("images", "none"))]);
        await using var server = await RunningServer.ComfyUIAsync();

        foreach (var workflow in new[] { cycle, outputs, unknown })
        {
            using var response = await server.Http.PostAsync(
                "prompt", new StringContent(new JsonObject { ["prompt"] = workflow }.ToJsonString()), TestContext.Current.CancellationToken);

            Assert.Equal(400, (int)response.StatusCode);
            Assert.InRange((await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length, 100, 2_000_000);
        }

        static KeyValuePair<string, JsonNode?> Node(string id, string type, (string Input, string From) link) => new(id, new JsonObject
        {
            ["class_type"] = type,
            ["inputs"] = new JsonObject { [link.Input] = new JsonArray(link.From, 0) },
        });
    }
}
