using System.ClientModel;
using System.ClientModel.Primitives;
using GenAI.Gateway.Tests.Fakes;
using OpenAI;
using OpenAI.Images;

namespace GenAI.Gateway.Tests.OpenAI;

/// <summary>The official .NET client, unmodified, against the gateway.</summary>
public sealed class OpenAIPackageTests : IAsyncLifetime
{
    private FakeComfyUI _comfy = null!;
    private TestGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _comfy = await FakeComfyUI.StartAsync(Token);
        _gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = _comfy.Address.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _comfy.DisposeAsync();
    }

    [Fact]
    public async Task It_generates_an_image_as_bytes()
    {
        // The extension of a seed is sent as the client library prescribes for members that it does not know.
        var content = BinaryContent.CreateJson(new { model = Snapshots.Flux, prompt = "a red circle", size = "256x256", seed = 42 });

        var result = await Client().GetImageClient(Snapshots.Flux)
            .GenerateImagesAsync(content, new RequestOptions { CancellationToken = Token });
        var answer = result.GetRawResponse().Content.ToObjectFromJson<System.Text.Json.JsonElement>();

        Assert.Equal(TestPng.Of(42), answer.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64());
        Assert.Equal("256x256", answer.GetProperty("size").GetString());
    }

    [Fact]
    public async Task It_generates_an_image_by_its_typed_method()
    {
        GeneratedImage image = await Client().GetImageClient(Snapshots.Flux).GenerateImageAsync(
            "a red circle", new ImageGenerationOptions { Size = new GeneratedImageSize(512, 512), Quality = GeneratedImageQuality.High }, Token);

        Assert.Equal(TestPng.Of(FakeComfyUI.Seed(_comfy.Prompts.Single())), image.ImageBytes.ToArray());
    }

    [Fact]
    public async Task It_generates_an_image_as_an_address_that_gives_the_image()
    {
        GeneratedImage image = await Client().GetImageClient(Snapshots.Flux).GenerateImageAsync(
            "a red circle", new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Uri }, Token);

        Assert.StartsWith(_gateway.Address.ToString(), image.ImageUri.ToString(), StringComparison.Ordinal);
        Assert.Matches("/v1/images/files/[0-9a-f]{64}\\.png$", image.ImageUri.AbsolutePath);
        using var http = _gateway.Connect();
        using var response = await http.GetAsync(image.ImageUri, Token);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TestPng.Of(FakeComfyUI.Seed(_comfy.Prompts.Single())), await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task It_generates_several_images_of_successive_seeds()
    {
        GeneratedImageCollection images = await Client().GetImageClient(Snapshots.Flux).GenerateImagesAsync("a red circle", 3, null, Token);

        Assert.Equal(3, images.Count);
        var first = images[0].ImageBytes.ToArray();
        Assert.Equal(3, images.Select(image => Convert.ToHexString(image.ImageBytes)).Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(_comfy.Prompts, prompt => first.AsSpan().SequenceEqual(TestPng.Of(FakeComfyUI.Seed(prompt))));
    }

    [Fact]
    public async Task It_lists_the_models()
    {
        var models = await Client().GetOpenAIModelClient().GetModelsAsync(Token);

        Assert.Equal([Snapshots.Workflows, Snapshots.Flux, Snapshots.StableDiffusion], models.Value.Select(model => model.Id));
        var one = await Client().GetOpenAIModelClient().GetModelAsync(Snapshots.Flux, Token);
        Assert.Equal("genai", one.Value.OwnedBy);
    }

    [Fact]
    public async Task It_gets_a_typed_error_for_an_unknown_model()
    {
        var exception = await Assert.ThrowsAsync<ClientResultException>(() =>
            Client().GetImageClient("dall-e-3").GenerateImageAsync("a red circle", null, Token));

        Assert.Equal(404, exception.Status);
        Assert.Contains("model_not_found", exception.Message, StringComparison.Ordinal);
        Assert.Contains("dall-e-3", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_gets_a_typed_error_for_a_size_that_no_model_has()
    {
        var exception = await Assert.ThrowsAsync<ClientResultException>(() => Client().GetImageClient(Snapshots.Flux)
            .GenerateImageAsync("a red circle", new ImageGenerationOptions { Size = new GeneratedImageSize(333, 512) }, Token));

        Assert.Equal(400, exception.Status);
        Assert.Contains("size", exception.Message, StringComparison.Ordinal);
        Assert.Contains("333x512", exception.Message, StringComparison.Ordinal);
    }

    private OpenAIClient Client() => new(
        new ApiKeyCredential("none"),
        new OpenAIClientOptions { Endpoint = new Uri(_gateway.Address, "/v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });
}
