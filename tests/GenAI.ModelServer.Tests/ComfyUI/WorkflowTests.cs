using System.Text.Json.Nodes;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class WorkflowTests
{
    [Fact]
    public async Task A_workflow_becomes_a_picture_of_its_prompt()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var entry = await server.Http.RunAsync(Workflows.TextToImage("a red circle on a blue background", side: 128, steps: 8));

        Assert.Equal("success", entry.StatusOf());
        var image = entry.Images("9").Single()!;
        Assert.Equal("ComfyUI_00001_.png", image["filename"]!.GetValue<string>());
        var picture = PngReader.Read(await server.Http.ViewAsync(image), PictureLimits.Default).Picture;
        Assert.Equal((128, 128), (picture.Width, picture.Height));
        var (middle, corner) = (picture.At(0.5, 0.5), picture.At(0.05, 0.05));
        Assert.True(middle.R > middle.B + 50, $"the middle should be red, is {middle}");
        Assert.True(corner.B > corner.R + 50, $"the corner should be blue, is {corner}");
    }

    [Fact]
    public async Task The_workflow_of_flux_with_its_separate_parts_runs()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var entry = await server.Http.RunAsync(Workflows.Flux("a green square on a yellow background", side: 128, steps: 8));

        var picture = PngReader.Read(await server.Http.ViewAsync(entry.Images("9").Single()!), PictureLimits.Default).Picture;
        var (middle, corner) = (picture.At(0.5, 0.5), picture.At(0.05, 0.05));
        Assert.True(middle.G > middle.R + 30, $"the middle should be green, is {middle}");
        Assert.True(corner.R > 150 && corner.G > 150 && corner.B < 130, $"the corner should be yellow, is {corner}");
    }

    [Fact]
    public async Task The_same_workflow_on_two_servers_gives_the_same_picture()
    {
        await using var one = await RunningServer.ComfyUIAsync();
        await using var other = await RunningServer.ComfyUIAsync();

        var first = await one.Http.ViewAsync((await one.Http.RunAsync(Workflows.TextToImage())).Images("9").Single()!);
        var second = await other.Http.ViewAsync((await other.Http.RunAsync(Workflows.TextToImage())).Images("9").Single()!);

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task The_png_carries_prompt_and_workflow()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var prompt = Workflows.TextToImage("ein blaues Quadrat, schön");
        var id = await server.Http.SubmitAsync(prompt, members: new JsonObject
        {
            ["extra_data"] = new JsonObject { ["extra_pnginfo"] = new JsonObject { ["workflow"] = new JsonObject { ["id"] = "w-1" } } },
        });

        var png = await server.Http.ViewAsync((await server.Http.WaitAsync(id)).Images("9").Single()!);

        var text = PngReader.ReadText(png).ToDictionary(item => item.Key, item => JsonNode.Parse(item.Value));
        Assert.True(JsonNode.DeepEquals(prompt, text["prompt"]));
        Assert.Equal("w-1", text["workflow"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Image_to_image_keeps_what_the_strength_leaves_of_the_original()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var original = (await server.Http.RunAsync(Workflows.Plain(0x00FF00))).Images("2").Single()!;
        var prompt = Workflows.TextToImage("a red circle", side: 16)
            .With("3", "denoise", 0)
            .With("3", "latent_image", Workflows.Link("21", 0));
        prompt["20"] = Workflows.Node("LoadImage", new() { ["image"] = $"{original["filename"]} [output]" });
        prompt["21"] = Workflows.Node("VAEEncode", new() { ["pixels"] = Workflows.Link("20", 0), ["vae"] = Workflows.Link("4", 2) });

        var entry = await server.Http.RunAsync(prompt);

        var picture = PngReader.Read(await server.Http.ViewAsync(entry.Images("9").Single()!), PictureLimits.Default).Picture;
        var middle = picture.At(0.5, 0.5);
        Assert.True(middle is { R: < 3, G: > 252, B: < 3 }, $"nothing should have changed the green, got {middle}");
    }

    [Fact]
    public async Task A_lora_changes_the_picture()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var with = Workflows.TextToImage("a castle").With("6", "clip", Workflows.Link("10", 1)).With("3", "model", Workflows.Link("10", 0));
        with["10"] = Workflows.Node("LoraLoader", new()
        {
            ["model"] = Workflows.Link("4", 0), ["clip"] = Workflows.Link("4", 1), ["lora_name"] = "watercolor.safetensors",
            ["strength_model"] = 1, ["strength_clip"] = 1,
        });

        var plain = await server.Http.ViewAsync((await server.Http.RunAsync(Workflows.TextToImage("a castle"))).Images("9").Single()!);
        var styled = await server.Http.ViewAsync((await server.Http.RunAsync(with)).Images("9").Single()!);

        Assert.NotEqual(
            PngReader.Read(plain, PictureLimits.Default).Picture.Rgb,
            PngReader.Read(styled, PictureLimits.Default).Picture.Rgb);
    }

    [Fact]
    public async Task A_batch_is_saved_as_numbered_files()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var entry = await server.Http.RunAsync(Workflows.TextToImage().With("5", "batch_size", 3));

        Assert.Equal(
            ["ComfyUI_00001_.png", "ComfyUI_00002_.png", "ComfyUI_00003_.png"],
            entry.Images("9").Select(image => image!["filename"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_prefix_names_subfolders_and_the_counter_goes_on()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        await server.Http.RunAsync(Workflows.Plain(1, "a/b/%width%x%height%"));
        var second = (await server.Http.RunAsync(Workflows.Plain(2, "a/b/%width%x%height%"))).Images("2").Single()!;

        Assert.Equal("16x16_00002_.png", second["filename"]!.GetValue<string>());
        Assert.Equal("a/b", second["subfolder"]!.GetValue<string>());
        Assert.True(File.Exists(Path.Combine(server.Folder, "output", "a", "b", "16x16_00002_.png")));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/tmp/evil")]
    [InlineData("a/../../evil")]
    [InlineData("folder/")]
    [InlineData("")]
    public async Task A_prefix_that_leaves_the_output_folder_fails_the_job(string prefix)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var entry = await server.Http.RunAsync(Workflows.Plain(prefix: prefix));

        Assert.Equal("error", entry.StatusOf());
        var error = entry.Message("execution_error")!;
        Assert.Equal("2", error["node_id"]!.GetValue<string>());
        Assert.Equal("SaveImage", error["node_type"]!.GetValue<string>());
        Assert.Contains("outside the output folder is not allowed", error["exception_message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(server.Folder, "*evil*", SearchOption.AllDirectories));
    }
}
