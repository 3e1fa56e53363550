using System.ClientModel;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using GenAI.Testing;
using OpenAI;
using OpenAI.Images;

namespace GenAI.AppHost.Tests;

/// <summary>Clients that were not written here use the system unmodified.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class ClientTests(SystemFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_official_OpenAI_package_generates_an_image()
    {
        var address = fixture.System.App.GetEndpoint("gateway", "all");
        var client = new ImageClient("flux-1-dev", new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(address, "v1/") });

        var image = await client.GenerateImageAsync(
            "a green square on a white background",
            new ImageGenerationOptions { Size = new GeneratedImageSize(256, 256), ResponseFormat = GeneratedImageFormat.Bytes },
            cancellationToken: Cancellation);

        var picture = PngPicture.Decode(image.Value.ImageBytes);
        var centre = picture.MeanColour(0.45, 0.45, 0.55, 0.55);
        Assert.Equal((256, 256), (picture.Width, picture.Height));
        Assert.True(centre.G > centre.R && centre.G > centre.B, $"The centre is {centre}.");
    }

    [Theory]
    [InlineData("flux")]
    [InlineData("comfyui")]
    public async Task A_ComfyUI_client_from_npm_runs_a_workflow_with_progress_and_previews(string endpoint)
    {
        var address = fixture.System.App.GetEndpoint("gateway", endpoint);

        var output = await NodeClients.RunAsync("comfyui-workflow.mjs", [address.ToString()], Cancellation);

        var seen = JsonNode.Parse(output)!;
        Assert.Equal("[[1,6],[2,6],[3,6],[4,6],[5,6],[6,6]]", seen["progress"]!.ToJsonString());
        Assert.True(seen["previews"]!.GetValue<int>() > 0);
        Assert.Contains(seen["images"]!.AsArray(), image => image!["png"]!.GetValue<bool>());
        Assert.Equal("success", seen["status"]!.GetValue<string>());
    }
}
