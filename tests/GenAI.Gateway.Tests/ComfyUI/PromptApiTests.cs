using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.ComfyUI;

public class PromptApiTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prompt_runs_under_the_clients_id_and_its_picture_outlives_the_instance()
    {
        var comfy = await FakeComfyUI.StartAsync(Cancelled);
        await using var gateway = Gateway(comfy);
        await using var client = new ComfyClient(gateway.Flux);
        var id = Guid.NewGuid().ToString();

        using var accepted = await client.PostAsync("prompt", new JsonObject { ["prompt"] = ComfyClient.Graph(seed: 7), ["prompt_id"] = id, ["client_id"] = client.Id });
        var entry = await client.EndAsync(id);
        await comfy.DisposeAsync();

        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Equal(id, comfy.Prompts.Single()["prompt_id"]!.ToString());
        Assert.Equal([id, client.Id], [entry["prompt"]![1]!.ToString(), entry["prompt"]![3]!["client_id"]!.ToString()]);
        Assert.True(JsonNode.DeepEquals(ComfyClient.Graph(seed: 7), entry["prompt"]![2]));
        var file = entry["outputs"]!["image"]!["images"]![0]!;
        var picture = await client.Http.GetByteArrayAsync(
            $"view?filename={Uri.EscapeDataString(file["filename"]!.ToString())}&subfolder={Uri.EscapeDataString(file["subfolder"]!.ToString())}&type={file["type"]}", Cancelled);
        Assert.Equal(TestPng.Of(7), picture);
    }

    [Theory]
    [InlineData("{}", "no_prompt")]
    [InlineData("""{"prompt": 3}""", "invalid_prompt")]
    [InlineData("""{"prompt": {"1": {"class_type": "X", "inputs": {}}}, "prompt_id": "7"}""", "invalid_prompt_id")]
    [InlineData("""{"prompt": {"1": {"inputs": {}}}}""", "missing_node_type")]
    [InlineData("[]", "invalid_prompt")]
    [InlineData("{", "invalid_prompt")]
    public async Task What_is_no_prompt_is_refused_as_ComfyUI_refuses_it(string body, string type)
    {
        await using var gateway = Gateway();
        await using var client = new ComfyClient(gateway.Flux);

        foreach (var path in new[] { "prompt", "api/prompt" })
        {
            using var response = await client.Http.PostAsync(path, new StringContent(body), Cancelled);

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
            Assert.Equal(type, answer["error"]!["type"]!.ToString());
            Assert.All(["message", "details", "extra_info"], member => Assert.NotNull(answer["error"]![member]));
            Assert.Empty(answer["node_errors"]!.AsObject());
        }
    }

    [Fact]
    public async Task A_prompt_id_that_is_taken_is_refused()
    {
        await using var gateway = Gateway();
        await using var client = new ComfyClient(gateway.Flux);
        var id = await client.SubmitAsync(ComfyClient.Graph());

        using var response = await client.PostAsync("prompt", new JsonObject { ["prompt"] = ComfyClient.Graph(), ["prompt_id"] = id });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("invalid_prompt_id", (await ErrorBody.ComfyUIAsync(response, Cancelled)).Type);
    }

    [Fact]
    public async Task An_idempotency_key_gives_its_job_again_and_is_refused_for_another_prompt()
    {
        await using var gateway = Gateway();
        await using var client = new ComfyClient(gateway.Flux);
        client.Http.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        var id = await client.SubmitAsync(ComfyClient.Graph(1));

        Assert.Equal(id, await client.SubmitAsync(ComfyClient.Graph(1)));
        using var other = await client.PostAsync("prompt", new JsonObject { ["prompt"] = ComfyClient.Graph(2) });

        using var elsewhere = await client.PostAsync(
            new Uri(gateway.Workflows, "prompt").AbsoluteUri, new JsonObject { ["prompt"] = ComfyClient.Graph(1) });

        foreach (var refused in new[] { other, elsewhere })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Equal("idempotency_key_reused", (await ErrorBody.ComfyUIAsync(refused, Cancelled)).Type);
        }
    }

    [Theory]
    [InlineData("Idempotency-Key", "", "invalid_idempotency_key")]
    [InlineData("Idempotency-Key", "a\tb", "invalid_idempotency_key")]
    [InlineData("X-GenAI-Webhook", "http://127.0.0.1/", "invalid_webhook")]
    public async Task Headers_that_cannot_be_heeded_are_refused(string name, string value, string type)
    {
        await using var gateway = Gateway();
        await using var client = new ComfyClient(gateway.Flux);
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);

        using var response = await client.PostAsync("prompt", new JsonObject { ["prompt"] = ComfyClient.Graph() });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(type, (await ErrorBody.ComfyUIAsync(response, Cancelled)).Type);
    }

    [Fact]
    public async Task Numbers_that_only_Python_can_write_are_read_as_null()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Cancelled);
        comfy.WritesNonFinite = true;
        comfy.ObjectInfo = Nodes("Always");
        comfy.ObjectInfo["Always"]!["input"]!["required"]!["seed"]![1]!["max"] = "Infinity";
        await using var gateway = Gateway(comfy);
        await using var client = new ComfyClient(gateway.Flux);

        using var accepted = await client.Http.PostAsync("prompt", new StringContent(
            """{"prompt": {"image": {"class_type": "Always", "inputs": {"seed": 1, "told": "NaN"}, "is_changed": [NaN]}}}"""), Cancelled);
        var id = (await accepted.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["prompt_id"]!.ToString();
        var entry = await client.EndAsync(id);

        Assert.True(entry["status"]!["completed"]?.GetValue<bool>() != false && entry["outputs"]!["image"] is not null);
        Assert.Null(Assert.Single(entry["prompt"]![2]!["image"]!["is_changed"]!.AsArray()));
        Assert.Single(comfy.Prompts);
        var bounds = (await client.GetAsync("object_info/Always"))["Always"]!["input"]!["required"]!["seed"]![1]!.AsObject();
        Assert.True(bounds.ContainsKey("max") && bounds["max"] is null);
    }

    [Fact]
    public async Task What_an_instance_has_against_a_prompt_is_said_with_the_node()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Cancelled);
        comfy.Refusal = (400, """{"error": {"type": "x", "message": "Not valid", "details": ""}, "node_errors": {"3": {"class_type": "KSampler", "errors": [{"message": "Too odd", "details": "seed"}]}}}""");
        await using var gateway = Gateway(comfy);
        await using var client = new ComfyClient(gateway.Flux);

        var id = await client.SubmitAsync(ComfyClient.Graph());
        await client.UntilStateAsync(id, "failed");

        Assert.EndsWith("Not valid (node 3, KSampler: Too odd: seed)", (await client.JobAsync(id))["execution_error"]!["exception_message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_says_when_to_try_again()
    {
        await using var gateway = Gateway(settings: new() { ["GenAI:Gateway:Jobs:QueueLength"] = "2" });
        await using var client = new ComfyClient(gateway.Flux);
        for (var i = 0; i < 2; i++) await client.SubmitAsync(ComfyClient.Graph(i));

        using var response = await client.PostAsync("prompt", new JsonObject { ["prompt"] = ComfyClient.Graph() });

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("queue_full", (await ErrorBody.ComfyUIAsync(response, Cancelled)).Type);
        Assert.Equal(2, (await client.GetAsync("prompt"))["exec_info"]!["queue_remaining"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_method_that_a_route_has_not_is_refused_and_not_passed_on()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Cancelled);
        await using var gateway = Gateway(comfy);
        await using var client = new ComfyClient(gateway.Flux);

        foreach (var path in new[] { "prompt", "api/queue", "history", "interrupt" })
        {
            using var response = await client.Http.DeleteAsync(path, Cancelled);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Contains("POST", response.Content.Headers.Allow);
        }
    }

    [Fact]
    public async Task A_page_of_another_site_may_not_use_a_server_on_loopback()
    {
        await using var gateway = Gateway();
        await using var client = new ComfyClient(gateway.Flux);
        using var request = new HttpRequestMessage(HttpMethod.Post, "prompt") { Content = new StringContent("{}") };
        request.Headers.Add("Origin", "https://evil.example");

        using var response = await client.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_prompt_goes_only_where_its_nodes_and_models_are()
    {
        await using var plain = await FakeComfyUI.StartAsync(Cancelled);
        await using var rich = await FakeComfyUI.StartAsync(Cancelled);
        (plain.ObjectInfo, rich.ObjectInfo) = (Nodes("SaveImage"), Nodes("SaveImage", "Special"));
        await using var gateway = Gateway(plain, rich);
        await using var client = new ComfyClient(gateway.Flux);

        for (var i = 0; i < 4; i++) await client.EndAsync(await client.SubmitAsync(Workflow("Special")));
        using var unknown = await client.PostAsync("prompt", new JsonObject { ["prompt"] = Workflow("Nowhere") });

        Assert.Equal((0, 4), (plain.Prompts.Count, rich.Prompts.Count));
        var error = await ErrorBody.ComfyUIAsync(unknown, Cancelled);
        Assert.Equal("missing_node_type", error.Type);
        Assert.Contains("Nowhere", error.Message, StringComparison.Ordinal);
        Assert.Equal(["SaveImage", "Special"], (await client.GetAsync("object_info")).Select(node => node.Key).Order());
    }

    [Theory]
    [InlineData("LoadImage", "image", "only-there.png", "{\"image_upload\":true}")]
    [InlineData("Sample", "sampler_name", "of_a_custom_node", "{}")]
    public async Task A_prompt_goes_only_where_what_it_picks_from_a_list_is(string className, string input, string value, string options)
    {
        await using var plain = await FakeComfyUI.StartAsync(Cancelled);
        await using var rich = await FakeComfyUI.StartAsync(Cancelled);
        JsonObject Offering(params string[] choices) => PromptApiTests.Offering(className, input, options, choices);
        (plain.ObjectInfo, rich.ObjectInfo) = (Offering("everywhere"), Offering("everywhere", value));
        await using var gateway = Gateway(plain, rich);
        await using var client = new ComfyClient(gateway.Flux);

        for (var i = 0; i < 4; i++) await client.EndAsync(await client.SubmitAsync(Picking(className, input, value)));

        Assert.Equal((0, 4), (plain.Prompts.Count, rich.Prompts.Count));
    }

    [Fact]
    public async Task A_prompt_waits_while_the_one_instance_that_has_its_model_is_away()
    {
        await using var plain = await FakeComfyUI.StartAsync(Cancelled);
        await using var rich = await FakeComfyUI.StartAsync(Cancelled);
        (plain.ObjectInfo, rich.ObjectInfo) = (Offering("Load", "ckpt_name", "{}", "a.ckpt"), Offering("Load", "ckpt_name", "{}", "a.ckpt", "b.ckpt"));
        rich.Automatic = false;
        Instance[] instances = [Snapshots.Instance(Snapshots.Flux, 0, plain.Address), Snapshots.Instance(Snapshots.Flux, 1, rich.Address)];
        Instance[] oneAway = [instances[0], instances[1] with { State = InstanceState.Unhealthy }];
        await using var orchestrator = await FakeOrchestrator.StartAsync(Snapshots.Of(1, instances), Cancelled);
        await using var gateway = TestGateway.Start(orchestrator.Address);
        await using var client = new ComfyClient(gateway.Flux);
        Task KnowsAsync(long version) => Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == version, Cancelled);
        await KnowsAsync(1);
        var running = await client.SubmitAsync(Picking("Load", "ckpt_name", "b.ckpt"));
        var waiting = await client.SubmitAsync(Picking("Load", "ckpt_name", "b.ckpt"));
        await Eventually.TrueAsync(() => rich.Running.ContainsKey(running), Cancelled);

        orchestrator.Publish(Snapshots.Of(2, oneAway));
        await KnowsAsync(2);
        await client.GetAsync("object_info");
        // Where jobs may go is asked again.
        orchestrator.Publish(Snapshots.Of(3, [.. oneAway, Snapshots.Instance(Snapshots.Flux, 2, plain.Address, InstanceState.Unhealthy)]));
        await KnowsAsync(3);
        var other = await client.SubmitAsync(Picking("Load", "ckpt_name", "a.ckpt"));
        await client.EndAsync(other);
        Assert.Equal([other], plain.Prompts.Select(prompt => prompt["prompt_id"]!.ToString()));

        orchestrator.Publish(Snapshots.Of(4, instances));
        foreach (var id in new[] { running, waiting })
        {
            await Eventually.TrueAsync(() => rich.Running.ContainsKey(id), Cancelled);
            await rich.FinishAsync(id);
        }

        await client.EndAsync(waiting);
    }

    [Fact]
    public async Task A_prompt_whose_only_instance_is_gone_fails_with_what_is_missing()
    {
        await using var plain = await FakeComfyUI.StartAsync(Cancelled);
        await using var special = await FakeComfyUI.StartAsync(Cancelled);
        (plain.ObjectInfo, special.ObjectInfo) = (Nodes("SaveImage"), Nodes("SaveImage", "Special"));
        special.Automatic = false;
        Instance[] instances = [Snapshots.Instance(Snapshots.Flux, 0, plain.Address), Snapshots.Instance(Snapshots.Flux, 1, special.Address)];
        await using var orchestrator = await FakeOrchestrator.StartAsync(Snapshots.Of(1, instances), Cancelled);
        await using var gateway = TestGateway.Start(orchestrator.Address, settings: new() { ["GenAI:Gateway:Dispatch:UnableLimit"] = "00:00:00.2" });
        await using var client = new ComfyClient(gateway.Flux);
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 1, Cancelled);
        var running = await client.SubmitAsync(Workflow("Special"));
        await Eventually.TrueAsync(() => special.Running.ContainsKey(running), Cancelled);
        var waiting = await client.SubmitAsync(Workflow("Special"));

        orchestrator.Publish(Snapshots.Of(2, instances[0]));

        var job = await gateway.Desk.WaitForEndAsync(waiting, Cancelled);
        Assert.Equal(JobState.Failed, job.State);
        Assert.Contains("No instance has had 'Special'", job.Failure, StringComparison.Ordinal);
        Assert.Empty(plain.Prompts);
    }

    private static JsonObject Picking(string className, string input, string value)
    {
        var workflow = Workflow(className);
        workflow["1"]!["inputs"]![input] = value;
        return workflow;
    }

    private static JsonObject Offering(string className, string input, string options, params string[] choices)
    {
        var nodes = Nodes(className);
        var description = nodes[className]!;
        description["input"]!["required"]![input] = new JsonArray(new JsonArray([.. choices.Select(choice => (JsonNode)choice)]), JsonNode.Parse(options));
        description["python_module"] = "nodes";
        return nodes;
    }

    private static JsonObject Workflow(string className) => new()
    {
        ["1"] = new JsonObject { ["class_type"] = className, ["inputs"] = new JsonObject { ["seed"] = 1 } },
    };

    private static JsonObject Nodes(params string[] classes) => new(classes.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject
    {
        ["input"] = new JsonObject { ["required"] = new JsonObject { ["seed"] = new JsonArray("INT", new JsonObject()) } },
        ["output"] = new JsonArray(), ["output_node"] = true, ["python_module"] = "custom_nodes.x",
    })));

    private static TestGateway Gateway(params FakeComfyUI[] instances) => Gateway(new(), instances);

    private static TestGateway Gateway(Dictionary<string, string?> settings, params FakeComfyUI[] instances)
    {
        settings["FLUX_URL"] = string.Join(',', instances.Select(instance => instance.Address.ToString().TrimEnd('/')));
        settings["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.5";
        return TestGateway.Start(settings: settings);
    }
}
