using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class InpaintingTests
{
    private const int Side = 128;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("alpha")]
    [InlineData("red")]
    public async Task What_the_mask_does_not_show_stays_and_the_rest_is_made_anew(string channel)
    {
        await using var server = await RunningServer.ComfyUIAsync();
        await UploadAsync(server, "picture.png", (_, _) => (20, 40, 220), (_, _) => 255);
        // Left is what changes: transparent in one mask, red in the other.
        await UploadAsync(server, "mask.png", (x, _) => ((byte)(channel == "red" && x < Side / 2 ? 255 : 0), 0, 0), (x, _) => (byte)(channel == "alpha" && x < Side / 2 ? 0 : 255));

        var entry = await server.Http.RunAsync(Workflow("a plain yellow background", channel));

        var picture = PngReader.Read(await server.Http.ViewAsync(entry.Images("9").Single()!), PictureLimits.Default).Picture;
        var (left, right) = (picture.At(0.2, 0.5), picture.At(0.8, 0.5));
        Assert.True(left.R > left.B + 30, $"the left should be yellow, is {left}");
        Assert.True(Math.Abs(right.R - 20) < 6 && Math.Abs(right.G - 40) < 6 && Math.Abs(right.B - 220) < 6, $"the right should be as it was, is {right}");
    }

    [Theory]
    [InlineData("center", 64, 64)]
    [InlineData("disabled", 96, 32)]
    [InlineData("disabled", 0, 64)]
    public async Task A_picture_is_scaled_to_the_size_asked_for(string crop, int width, int height)
    {
        await using var server = await RunningServer.ComfyUIAsync();
        await UploadAsync(server, "picture.png", (x, _) => ((byte)(x < Side / 2 ? 250 : 0), 0, 0), (_, _) => 255);

        var entry = await server.Http.RunAsync(new JsonObject
        {
            ["1"] = Workflows.Node("LoadImage", new() { ["image"] = "picture.png [temp]" }),
            ["2"] = Workflows.Node("ImageScale", new()
            {
                ["image"] = Workflows.Link("1", 0), ["upscale_method"] = "lanczos", ["width"] = width, ["height"] = height, ["crop"] = crop,
            }),
            ["9"] = Workflows.Node("SaveImage", new() { ["images"] = Workflows.Link("2", 0), ["filename_prefix"] = "scaled" }),
        });

        var picture = PngReader.Read(await server.Http.ViewAsync(entry.Images("9").Single()!), PictureLimits.Default).Picture;
        Assert.Equal((width == 0 ? height : width, height), (picture.Width, picture.Height));
        Assert.True(picture.At(0.2, 0.5).R > 200 && picture.At(0.8, 0.5).R < 50, $"{picture.At(0.2, 0.5)} {picture.At(0.8, 0.5)}");
    }

    private static JsonObject Workflow(string text, string channel)
    {
        var workflow = Workflows.TextToImage(text, Side, steps: 8);
        workflow.Remove("5");
        workflow["1"] = Workflows.Node("LoadImage", new() { ["image"] = "picture.png [temp]" });
        workflow["2"] = Workflows.Node("VAEEncode", new() { ["pixels"] = Workflows.Link("1", 0), ["vae"] = Workflows.Link("4", 2) });
        workflow["10"] = Workflows.Node("LoadImageMask", new() { ["image"] = "mask.png [temp]", ["channel"] = channel });
        workflow["11"] = Workflows.Node("SetLatentNoiseMask", new() { ["samples"] = Workflows.Link("2", 0), ["mask"] = Workflows.Link("10", 0) });
        workflow["3"]!["inputs"]!["latent_image"] = Workflows.Link("11", 0);
        return workflow;
    }

    private static async Task UploadAsync(RunningServer server, string name, Func<int, int, (byte R, byte G, byte B)> colour, Func<int, int, byte> opacity)
    {
        var rgb = new byte[3 * Side * Side];
        var alpha = new byte[Side * Side];
        for (var i = 0; i < alpha.Length; i++)
        {
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = colour(i % Side, i / Side);
            alpha[i] = opacity(i % Side, i / Side);
        }

        var png = AlphaPng.Write(new Picture(Side, Side, rgb), alpha, []);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(png) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } }, "image", name }, { new StringContent("temp"), "type" },
        };
        using var response = await server.Http.PostAsync("upload/image", form, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
