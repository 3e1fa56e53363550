using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Images;

/// <summary>The APIs for images with servers that really make them, and with clients that were not written here.</summary>
[Collection(EmbeddedFleetGroup.Name)]
public sealed class EmbeddedTests(EmbeddedFleet fleet)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_images_of_one_request_are_made_by_several_instances()
    {
        using var client = fleet.Gateway.Connect();

        using var response = await client.PostAsJsonAsync("v1/images/generations", new { prompt = "a red circle on a blue background", n = 3, size = "256x256" }, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var jobs = await Task.WhenAll(response.Headers.GetValues("X-GenAI-Job").Single().Split(", ").Select(id => fleet.Gateway.Desk.FindAsync(id, Token).AsTask()));
        // Where another test has warmed one of the three, waiting for it may be better than a load.
        Assert.InRange(jobs.Select(job => job!.Instance).Distinct(StringComparer.Ordinal).Count(), 2, 3);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        foreach (var image in answer.GetProperty("data").EnumerateArray())
        {
            var centre = PngPicture.Decode(image.GetProperty("b64_json").GetBytesFromBase64()).MeanColour(0.45, 0.45, 0.55, 0.55);
            Assert.True(centre.R > centre.B, $"The centre is {centre}.");
        }
    }

    [Fact]
    public async Task A_stream_shows_partial_images_and_then_the_image()
    {
        using var client = fleet.Gateway.Connect();
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/images/generations")
        {
            // Large enough that there is time for previews: an image that is made at once has fewer.
            Content = JsonContent.Create(new { prompt = "a green square", size = "768x768", stream = true, partial_images = 2 }),
        };

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var events = await SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token).ToArrayAsync(Token);

        Assert.Equal(
            ["image_generation.partial_image", "image_generation.partial_image", "image_generation.completed"], events.Select(item => item.EventType));
        var data = events.Select(item => JsonSerializer.Deserialize<JsonElement>(item.Data)).ToArray();
        Assert.Equal([0, 1], data[..2].Select(item => item.GetProperty("partial_image_index").GetInt32()));
        Assert.Equal(768, PngPicture.Decode(data[2].GetProperty("b64_json").GetBytesFromBase64()).Width);
    }

    [Fact]
    public async Task An_edit_changes_what_the_mask_shows_and_keeps_the_rest()
    {
        using var client = fleet.Gateway.Connect();
        var picture = PaintedPng.Of(256, (_, _) => (20, 40, 220, 255));
        var mask = PaintedPng.Of(256, (x, _) => (0, 0, 0, (byte)(x < 128 ? 0 : 255)));

        using var response = await client.PostAsync("v1/images/edits", Form(picture, mask, ("prompt", "a plain yellow background"), ("quality", "low")), Token);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        var edited = PngPicture.Decode(answer.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64());
        var (left, right) = (edited.MeanColour(0.1, 0.1, 0.4, 0.9), edited.MeanColour(0.6, 0.1, 0.9, 0.9));
        Assert.True(left.R > left.B + 30, $"The left is {left}.");
        Assert.True(Math.Abs(right.B - 220) < 12 && right.R < 60, $"The right is {right}.");
    }

    [Theory]
    [InlineData(true, "image")]
    [InlineData(false, "mask")]
    public async Task A_picture_that_the_models_server_cannot_read_is_the_clients_error(bool brokenImage, string member)
    {
        using var client = fleet.Gateway.Connect();
        var (picture, mask) = (PaintedPng.Of(64, (x, _) => ((byte)x, 40, 220, 255)), PaintedPng.Of(64, (x, y) => ((byte)x, (byte)y, 0, 0)));
        if (brokenImage) picture = picture[..^20];
        else mask = mask[..^20];

        using var response = await client.PostAsync("v1/images/edits", Form(picture, mask, ("prompt", "x")), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = await ErrorBody.OpenAIAsync(response, Token);
        Assert.Equal(("invalid_image", member, "invalid_request_error"), (error.Code, error.Param, error.Type));
        Assert.Contains("PNG", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variation_resembles_its_picture()
    {
        using var client = fleet.Gateway.Connect();
        var picture = PaintedPng.Of(128, (_, _) => (20, 40, 220, 255));

        using var response = await client.PostAsync("v1/images/variations", Form(picture, null, ("strength", "0.2")), Token);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("128x128", answer.GetProperty("size").GetString());
        var mean = PngPicture.Decode(answer.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64()).MeanColour(0, 0, 1, 1);
        Assert.True(mean.B > mean.R + 40, $"It is {mean}.");
    }

    [Fact]
    public async Task A_model_that_cannot_edit_says_so()
    {
        using var client = fleet.Gateway.Connect();
        var picture = PaintedPng.Of(64, (_, _) => (1, 2, 3, 255));

        using var response = await client.PostAsync("v1/images/edits", Form(picture, null, ("prompt", "x"), ("model", Snapshots.StableDiffusion)), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("unsupported_model", (await ErrorBody.OpenAIAsync(response, Token)).Code);
    }

    [Fact]
    public async Task The_web_UIs_progress_shows_a_picture_and_interrupt_answers_with_it()
    {
        using var client = fleet.Gateway.Connect();
        var request = client.PostAsJsonAsync("sdapi/v1/txt2img", new { prompt = "a red circle", steps = 150, width = 768, height = 768, seed = 7 }, Token);

        var progress = await Eventually.NotNullAsync(
            async () => await client.GetFromJsonAsync<JsonNode>("sdapi/v1/progress", Token) is { } now && now["current_image"] is not null ? now : null, Token, TimeSpan.FromMinutes(1));
        using var interrupted = await client.PostAsync("sdapi/v1/interrupt", null, Token);
        using var response = await request;

        Assert.InRange(progress["progress"]!.GetValue<double>(), 0.001, 0.999);
        Assert.Equal(150, progress["state"]!["sampling_steps"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(Token);
        Assert.Single(answer!["images"]!.AsArray());
        Assert.Equal("[7]", JsonNode.Parse(answer["info"]!.GetValue<string>())!["all_seeds"]!.ToJsonString());
    }

    [Fact]
    public async Task Stable_Diffusion_tells_its_steps()
    {
        using var client = fleet.Gateway.Connect(fleet.Gateway.StableDiffusion);
        using var request = new HttpRequestMessage(HttpMethod.Post, "generate")
        {
            Content = JsonContent.Create(new { prompt = "a red circle", width = 128, height = 128, num_inference_steps = 6, seed = 1 }),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var events = await SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token).ToArrayAsync(Token);

        Assert.Equal(("queued", "result"), (events[0].EventType, events[^1].EventType));
        Assert.Contains(events, item => item.EventType == "progress" && item.Data.Contains("\"total_steps\":6", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_npm_package_of_OpenAI_generates_streams_edits_and_gets_typed_errors()
    {
        var picture = Path.GetTempFileName();
        await File.WriteAllBytesAsync(picture, PaintedPng.Of(128, (_, _) => (20, 40, 220, 255)), Token);

        var seen = JsonNode.Parse(await NodeClients.RunAsync("openai-images.mjs", [fleet.Gateway.Address.ToString(), picture], Token))!;
        File.Delete(picture);

        Assert.Equal(3, seen["pngs"]!.GetValue<int>());
        Assert.True(seen["url"]!.GetValue<bool>());
        Assert.Equal("""["image_generation.partial_image","image_generation.completed"]""", seen["events"]!.ToJsonString());
        Assert.True(seen["edited"]!.GetValue<bool>());
        Assert.Equal("NotFoundError model_not_found", seen["error"]!.GetValue<string>());
        Assert.Equal("BadRequestError integer_out_of_range n", seen["bad"]!.GetValue<string>());
        Assert.Contains(seen["models"]!.AsArray(), model => model!.GetValue<string>() == Snapshots.Flux);
    }

    [Fact]
    public async Task The_npm_package_for_the_web_UI_makes_images_of_texts_and_images_and_sees_progress()
    {
        var seen = JsonNode.Parse(await NodeClients.RunAsync("web-ui.mjs", [fleet.Gateway.Address.ToString()], Token))!;

        Assert.Equal("""[[128,128],[128,128]]""", seen["images"]!.ToJsonString());
        Assert.Equal("""[[128,128]]""", seen["redrawn"]!.ToJsonString());
        Assert.Equal(7, seen["seed"]!.GetValue<int>());
        Assert.InRange(seen["progress"]!.GetValue<double>(), 0.001, 1);
        Assert.True(seen["samplers"]!.GetValue<int>() >= 5);
        Assert.Equal("flux-1-dev", seen["model"]!.GetValue<string>().Split(' ')[0]);
        Assert.True(seen["ready"]!.GetValue<bool>());
        Assert.Equal(422, seen["error"]!.GetValue<int>());
    }

    private static MultipartFormDataContent Form(byte[] picture, byte[]? mask, params (string Name, string Value)[] texts)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "image", "picture.png" } };
        if (mask is not null) form.Add(new ByteArrayContent(mask), "mask", "mask.png");
        foreach (var (name, value) in texts) form.Add(new StringContent(value), name);
        return form;
    }
}
