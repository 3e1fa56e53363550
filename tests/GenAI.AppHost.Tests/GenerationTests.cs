using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Testing;

namespace GenAI.AppHost.Tests;

/// <summary>A prompt becomes an image, by every API that there is.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class GenerationTests(SystemFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("flux-1-dev")]
    [InlineData("stable-diffusion-35")]
    [InlineData("comfyui-workflows")]
    public async Task The_OpenAI_address_draws_the_prompt_with_each_model(string model)
    {
        using var client = fixture.System.Gateway();

        using var response = await client.PostAsJsonAsync(
            "/v1/images/generations", new { model, prompt = "a red circle on a blue background", size = "512x512" }, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        var image = Assert.Single(body.RootElement.GetProperty("data").EnumerateArray());
        AssertRedCircleOnBlue(image.GetProperty("b64_json").GetBytesFromBase64(), side: 512);
    }

    [Theory]
    [InlineData("flux", "flux1-dev.safetensors")]
    [InlineData("comfyui", "sd_xl_base_1.0.safetensors")]
    public async Task A_workflow_posted_to_a_models_own_port_is_in_its_history_and_its_image_in_view(string endpoint, string checkpoint)
    {
        using var client = fixture.System.ModelPort(endpoint);

        using var accepted = await client.PostAsJsonAsync("/prompt", new { prompt = Workflow(checkpoint) }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        var id = (await accepted.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["prompt_id"]!.GetValue<string>();

        var entry = await Eventually.NotNullAsync(
            async () => (await client.GetFromJsonAsync<JsonObject>($"/history/{id}", Cancellation))![id], Cancellation);
        var image = entry["outputs"]!["7"]!["images"]![0]!;
        var png = await client.GetByteArrayAsync($"/view?filename={image["filename"]}&subfolder={image["subfolder"]}&type={image["type"]}", Cancellation);

        AssertRedCircleOnBlue(png, side: 256);
    }

    [Fact]
    public async Task The_Stable_Diffusion_port_generates()
    {
        using var client = fixture.System.ModelPort("sd35");

        using var response = await client.PostAsJsonAsync(
            "/generate", new { prompt = "a red circle on a blue background", width = 256, height = 256, num_inference_steps = 12, seed = 7 }, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(7, body.RootElement.GetProperty("seed").GetInt64());
        AssertRedCircleOnBlue(body.RootElement.GetProperty("images")[0].GetBytesFromBase64(), side: 256);
    }

    private static void AssertRedCircleOnBlue(byte[] png, int side)
    {
        var picture = PngPicture.Decode(png);
        Assert.Equal((side, side), (picture.Width, picture.Height));
        var centre = picture.MeanColour(0.45, 0.45, 0.55, 0.55);
        Assert.True(centre.R > 2 * centre.B && centre.R > 2 * centre.G, $"The centre is {centre}.");
        foreach (var (x, y) in new[] { (0.0, 0.0), (0.95, 0.0), (0.0, 0.95), (0.95, 0.95) })
        {
            var corner = picture.MeanColour(x, y, x + 0.05, y + 0.05);
            Assert.True(corner.B > 1.5 * corner.R && corner.B > 1.2 * corner.G, $"The corner at {x}, {y} is {corner}.");
        }
    }

    private static JsonObject Workflow(string checkpoint) => new()
    {
        ["1"] = Node("CheckpointLoaderSimple", new() { ["ckpt_name"] = checkpoint }),
        ["2"] = Node("CLIPTextEncode", new() { ["text"] = "a red circle on a blue background", ["clip"] = Link("1", 1) }),
        ["3"] = Node("CLIPTextEncode", new() { ["text"] = "", ["clip"] = Link("1", 1) }),
        ["4"] = Node("EmptyLatentImage", new() { ["width"] = 256, ["height"] = 256, ["batch_size"] = 1 }),
        ["5"] = Node("KSampler", new()
        {
            ["model"] = Link("1", 0), ["positive"] = Link("2", 0), ["negative"] = Link("3", 0), ["latent_image"] = Link("4", 0),
            ["seed"] = 42, ["steps"] = 12, ["cfg"] = 7.0, ["sampler_name"] = "euler", ["scheduler"] = "normal", ["denoise"] = 1.0,
        }),
        ["6"] = Node("VAEDecode", new() { ["samples"] = Link("5", 0), ["vae"] = Link("1", 2) }),
        ["7"] = Node("SaveImage", new() { ["images"] = Link("6", 0), ["filename_prefix"] = "test" }),
    };

    private static JsonObject Node(string type, JsonObject inputs) => new() { ["class_type"] = type, ["inputs"] = inputs };

    private static JsonArray Link(string node, int output) => new(node, output);
}
