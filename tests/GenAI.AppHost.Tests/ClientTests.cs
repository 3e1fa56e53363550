using System.ClientModel;
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
}
