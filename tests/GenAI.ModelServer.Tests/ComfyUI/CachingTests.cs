using System.Text.Json.Nodes;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class CachingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_workflow_again_computes_nothing_and_shows_the_same_file()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");
        var first = await server.Http.RunAsync(Workflows.TextToImage());

        var id = await server.Http.SubmitAsync(Workflows.TextToImage(), "me");
        await socket.UntilOverAsync(id);

        Assert.Equal(["3", "4", "5", "6", "7", "8", "9"], Cached(await server.Http.WaitAsync(id)));
        Assert.Empty(socket.OfType("progress"));
        Assert.Single(socket.OfType("executed"));
        Assert.DoesNotContain(socket.OfType("executing"), message => message["data"]!["node"] is not null);
        Assert.True(JsonNode.DeepEquals(first["outputs"], (await server.Http.WaitAsync(id))["outputs"]));
        Assert.Single(Directory.GetFiles(Path.Combine(server.Folder, "output")));
    }

    [Fact]
    public async Task Only_what_a_change_touches_is_computed_again()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        await server.Http.RunAsync(Workflows.TextToImage(seed: 1));

        var entry = await server.Http.RunAsync(Workflows.TextToImage(seed: 2));

        Assert.Equal(["4", "5", "6", "7"], Cached(entry));
        Assert.Equal("ComfyUI_00002_.png", entry.Images("9").Single()!["filename"]!.GetValue<string>());
    }

    [Fact]
    public async Task Node_ids_do_not_matter()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        await server.Http.RunAsync(Workflows.Plain());

        var entry = await server.Http.RunAsync(new JsonObject
        {
            ["a"] = Workflows.Plain()["1"]!.DeepClone(),
            ["b"] = Workflows.Node("PreviewImage", new() { ["images"] = Workflows.Link("a", 0) }),
        });

        Assert.Equal(["a"], Cached(entry));
    }

    [Fact]
    public async Task An_image_of_the_same_name_but_other_content_is_loaded_again()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var prompt = new JsonObject
        {
            ["1"] = Workflows.Node("LoadImage", new() { ["image"] = "cat.png" }),
            ["2"] = Workflows.Node("PreviewImage", new() { ["images"] = Workflows.Link("1", 0) }),
        };
        await WriteInputAsync(server, 1);
        await server.Http.RunAsync(prompt);
        await WriteInputAsync(server, 2);

        var entry = await server.Http.RunAsync(prompt);

        Assert.Empty(Cached(entry));
        var shown = PngReader.Read(await server.Http.ViewAsync(entry.Images("2").Single()!), PictureLimits.Default);
        Assert.All(shown.Picture.Rgb, value => Assert.Equal(2, value));
    }

    [Fact]
    public async Task A_deleted_output_is_made_again()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var first = (await server.Http.RunAsync(Workflows.Plain())).Images("2").Single()!;
        File.Delete(Path.Combine(server.Folder, "output", first["filename"]!.GetValue<string>()));

        var entry = await server.Http.RunAsync(Workflows.Plain());

        Assert.Equal(["1"], Cached(entry));
        Assert.NotEmpty(await server.Http.ViewAsync(entry.Images("2").Single()!));
    }

    [Fact]
    public async Task Freeing_memory_forgets_results_and_models()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        await server.Http.RunAsync(Workflows.TextToImage());

        await server.Http.PostJsonAsync("free", new JsonObject { ["unload_models"] = true, ["free_memory"] = true });

        Assert.Empty((await server.Http.GetJsonAsync("system_stats"))["genai"]!["loaded"]!.AsArray());
        Assert.Empty(Cached(await server.Http.RunAsync(Workflows.TextToImage())));
    }

    [Fact]
    public async Task Without_room_nothing_is_kept()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Jobs:NodeCacheBytes", "0");
        await server.Http.RunAsync(Workflows.Plain());

        Assert.Empty(Cached(await server.Http.RunAsync(Workflows.Plain())));
    }

    private static IEnumerable<string> Cached(JsonNode entry) =>
        entry.Message("execution_cached")!["nodes"]!.AsArray().Select(node => node!.GetValue<string>()).Order();

    private static Task WriteInputAsync(RunningServer server, byte value) => File.WriteAllBytesAsync(
        Path.Combine(server.Folder, "input", "cat.png"), PngWriter.Write(new Picture(16, 16, [.. Enumerable.Repeat(value, 768)]), []), Cancel);
}
