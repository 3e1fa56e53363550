using System.Net;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class SystemTests
{
    private static readonly string[] NodeClasses =
    [
        "BasicGuider", "BasicScheduler", "CLIPTextEncode", "CLIPTextEncodeFlux", "CheckpointLoaderSimple", "DualCLIPLoader", "EmptyImage",
        "EmptyLatentImage", "EmptySD3LatentImage", "FluxGuidance", "ImageScale", "KSampler", "KSamplerSelect", "LoadImage", "LoadImageMask",
        "LoraLoader", "ModelSamplingFlux", "PreviewImage", "RandomNoise", "SamplerCustomAdvanced", "SaveImage", "SetLatentNoiseMask",
        "UNETLoader", "VAEDecode", "VAEEncode", "VAELoader",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statistics_show_the_machine_and_say_that_there_is_no_neural_network()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var stats = await server.Http.GetJsonAsync("system_stats");

        Assert.True(stats["system"]!["ram_total"]!.GetValue<long>() >= stats["system"]!["ram_free"]!.GetValue<long>());
        Assert.Equal("cpu", stats["devices"]![0]!["type"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {"model":"test-model","version":"0.1.0","engine":"embedded-analytic","neural_network":false,
             "loaded":[],"queue_running":0,"queue_pending":0,"load_score":0}
            """), stats["genai"]));
    }

    [Fact]
    public async Task Memory_holds_so_many_checkpoints_and_drops_the_one_used_longest_ago()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Models:MemorySlots", "2");
        const string a = "flux1-dev.safetensors", b = "sd3.5_large.safetensors", c = Workflows.Checkpoint;

        await RunWithAsync(server, a, 1);
        await RunWithAsync(server, b, 2);
        Assert.Equal([b, a], await LoadedAsync(server));

        await RunWithAsync(server, a, 3);
        Assert.Equal([a, b], await LoadedAsync(server));

        await RunWithAsync(server, c, 4);
        Assert.Equal([c, a], await LoadedAsync(server));
    }

    [Fact]
    public async Task Statistics_show_what_waits_and_runs()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        using var socket = await ComfySocket.ConnectAsync(server, "me");
        await server.Http.SubmitAsync(Workflows.TextToImage(), "me");
        await socket.UntilAsync("executing");
        await server.Http.SubmitAsync(Workflows.Plain());

        var genai = (await server.Http.GetJsonAsync("system_stats"))["genai"]!;

        Assert.Equal(1, genai["queue_running"]!.GetValue<int>());
        Assert.Equal(1, genai["queue_pending"]!.GetValue<int>());
        Assert.InRange(genai["load_score"]!.GetValue<double>(), 0.5, 0.99);
    }

    [Fact]
    public async Task Object_info_describes_every_node_class()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var info = (await server.Http.GetJsonAsync("object_info")).AsObject();

        Assert.Equal(NodeClasses, info.Select(node => node.Key).Order(StringComparer.Ordinal));
        Assert.All(info, node =>
        {
            Assert.Equal(node.Key, node.Value!["name"]!.GetValue<string>());
            Assert.NotNull(node.Value["input"]!["required"]);
            Assert.Equal(
                node.Value["input"]!["required"]!.AsObject().Select(input => input.Key),
                node.Value["input_order"]!["required"]!.AsArray().Select(input => input!.GetValue<string>()));
            Assert.Equal(node.Value["output"]!.AsArray().Count, node.Value["output_name"]!.AsArray().Count);
        });
        Assert.Equal(
            ["PreviewImage", "SaveImage"],
            info.Where(node => node.Value!["output_node"]!.GetValue<bool>()).Select(node => node.Key).Order());
    }

    [Fact]
    public async Task Object_info_of_one_class_has_its_types_bounds_and_lists()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var sampler = (await server.Http.GetJsonAsync("api/object_info/KSampler"))["KSampler"]!["input"]!["required"]!;
        var loader = (await server.Http.GetJsonAsync("object_info/CheckpointLoaderSimple"))["CheckpointLoaderSimple"]!;
        var select = (await server.Http.GetJsonAsync("object_info/KSamplerSelect"))["KSamplerSelect"]!["input"]!["required"]!["sampler_name"]!;

        Assert.Equal("INT", sampler["seed"]![0]!.GetValue<string>());
        Assert.Equal(ulong.MaxValue, sampler["seed"]![1]!["max"]!.GetValue<ulong>());
        Assert.Equal(150, sampler["steps"]![1]!["max"]!.GetValue<int>());
        Assert.Contains("euler", sampler["sampler_name"]![0]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("MODEL", sampler["model"]![0]!.GetValue<string>());
        Assert.Equal(
            ["flux1-dev.safetensors", "sd3.5_large.safetensors", "sd_xl_base_1.0.safetensors", "v1-5-pruned-emaonly.safetensors"],
            loader["input"]!["required"]!["ckpt_name"]![0]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal(["MODEL", "CLIP", "VAE"], loader["output"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("COMBO", select[0]!.GetValue<string>());
        Assert.Contains("euler", select[1]!["options"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Empty((await server.Http.GetJsonAsync("object_info/NoSuchNode")).AsObject());
    }

    [Fact]
    public async Task Models_are_listed_by_folder_and_are_configuration()
    {
        await using var server = await RunningServer.ComfyUIAsync(
            "--ModelServer:Models:Checkpoints:0", "mine.safetensors", "--ModelServer:Models:Embeddings:0", "style.pt");

        Assert.Contains("checkpoints", (await server.Http.GetJsonAsync("models")).AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal(["mine.safetensors"], (await server.Http.GetJsonAsync("models/checkpoints")).AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal(["style"], (await server.Http.GetJsonAsync("embeddings")).AsArray().Select(name => name!.GetValue<string>()));
        Assert.NotEmpty((await server.Http.GetJsonAsync("models/clip")).AsArray());
        using var unknown = await server.Http.GetAsync("models/nothing", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Features_extensions_and_metadata_answer_as_in_comfyui()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        Assert.Equal(64 * 1024 * 1024, (await server.Http.GetJsonAsync("features"))["max_upload_size"]!.GetValue<long>());
        Assert.Empty((await server.Http.GetJsonAsync("api/extensions")).AsArray());
        Assert.NotEmpty((await server.Http.GetJsonAsync("view_metadata/checkpoints?filename=flux1-dev.safetensors")).AsObject());
        using var unknown = await server.Http.GetAsync("view_metadata/checkpoints?filename=..%2Fx.safetensors", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task The_default_health_endpoints_answer()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        Assert.Equal("healthy", (await server.Http.GetJsonAsync("health"))["status"]!.GetValue<string>());
        Assert.Equal("healthy", (await server.Http.GetJsonAsync("alive"))["status"]!.GetValue<string>());
    }

    private static Task<JsonNode> RunWithAsync(RunningServer server, string checkpoint, int seed) =>
        server.Http.RunAsync(Workflows.TextToImage(side: 16, steps: 1, seed: seed, checkpoint: checkpoint));

    private static async Task<IEnumerable<string>> LoadedAsync(RunningServer server) =>
        (await server.Http.GetJsonAsync("system_stats"))["genai"]!["loaded"]!.AsArray().Select(file => file!.GetValue<string>());
}
