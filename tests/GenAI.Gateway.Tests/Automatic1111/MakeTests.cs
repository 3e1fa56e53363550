using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Automatic1111;

public sealed class MakeTests : IAsyncLifetime
{
    private FakeComfyUI _comfy = null!;
    private TestGateway _gateway = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _comfy = await FakeComfyUI.StartAsync(Token);
        _gateway = TestGateway.Start(settings: new()
        {
            ["FLUX_URL"] = _comfy.Address.ToString(), ["COMFYUI_URL"] = _comfy.Address.ToString(), ["GenAI:Images:DefaultModel"] = Snapshots.Workflows,
        });
        _client = _gateway.Connect();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _comfy.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_is_answered_in_order_with_its_parameters_and_its_info()
    {
        using var response = await PostAsync("txt2img", """{"prompt":"a cat","negative_prompt":"dog","seed":5,"steps":"12","batch_size":2,"n_iter":2,"sampler_name":"DPM++ 2M Karras","unknown":1}""");
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);

        Assert.Equal([5, 6, 7, 8], [.. answer.GetProperty("images").EnumerateArray().Select(image => TestPng.Number(image.GetBytesFromBase64()))]);
        Assert.Equal("a cat", answer.GetProperty("parameters").GetProperty("prompt").GetString());
        var info = JsonSerializer.Deserialize<JsonElement>(answer.GetProperty("info").GetString()!);
        Assert.Equal([5, 6, 7, 8], info.GetProperty("all_seeds").EnumerateArray().Select(seed => seed.GetInt64()));
        Assert.StartsWith("a cat\nNegative prompt: dog\nSteps: 12, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 5, Size: 512x512",
            info.GetProperty("infotexts")[0].GetString(), StringComparison.Ordinal);
        var inputs = _comfy.Prompts.First()["prompt"]!["sample"]!["inputs"]!;
        Assert.Equal(("dpmpp_2m", "karras", 12), ($"{inputs["sampler_name"]}", $"{inputs["scheduler"]}", inputs["steps"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("""{"prompt":"x","steps":0}""", "steps")]
    [InlineData("""{"prompt":"x","width":500}""", "width")]
    [InlineData("""{"prompt":7}""", "prompt")]
    [InlineData("""{"prompt":"x","styles":"y"}""", "styles")]
    [InlineData("""{"prompt":"x","alwayson_scripts":["y"]}""", "alwayson_scripts")]
    [InlineData("""{"prompt":"x","override_settings":["y"]}""", "override_settings")]
    [InlineData("""{"prompt":"x","sampler_name":"Nonesuch"}""", "sampler_name")]
    [InlineData("""{"prompt":"x","scheduler":"Nonesuch"}""", "scheduler")]
    [InlineData("""{"prompt":"x","enable_hr":true}""", "enable_hr")]
    [InlineData("""{"prompt":"x <LoRA:y:1>"}""", "prompt")]
    [InlineData("""{"prompt":"x","alwayson_scripts":{"ControlNet":{"args":[{"image":"y"}]}}}""", "alwayson_scripts")]
    [InlineData("""{"prompt":"x","batch_size":16,"n_iter":5}""", "n_iter")]
    [InlineData("""{"prompt":"x","override_settings":{"sd_model_checkpoint":"nonesuch"}}""", "sd_model_checkpoint")]
    [InlineData("""{"prompt":"x","override_settings":{"sd_vae":"other"}}""", "override_settings")]
    [InlineData("""[]""", "")]
    [InlineData("""{""", "")]
    public async Task What_is_wrong_is_422_in_the_web_UIs_shape_and_is_named(string body, string member)
    {
        using var response = await PostAsync("txt2img", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var detail = (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail")[0];
        Assert.Equal(["body", member], detail.GetProperty("loc").EnumerateArray().Select(part => part.GetString()));
        Assert.Empty(_comfy.Prompts);
    }

    [Theory]
    [InlineData("""{"prompt":"x"}""", "init_images")]
    [InlineData("""{"prompt":"x","init_images":["!"]}""", "init_images")]
    [InlineData("""{"prompt":"x","init_images":["aGVsbG8="]}""", "init_images")]
    [InlineData("""{"prompt":"x","init_images":["aGVsbG8="],"resize_mode":2}""", "resize_mode")]
    public async Task A_picture_that_is_none_is_422(string body, string member)
    {
        using var response = await PostAsync("img2img", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var detail = (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail")[0];
        Assert.Equal(member, detail.GetProperty("loc")[1].GetString());
    }

    [Fact]
    public async Task Progress_tells_of_the_request_and_interrupt_keeps_what_is_done()
    {
        _comfy.Automatic = false;
        var request = PostAsync("txt2img", """{"prompt":"x","seed":1,"n_iter":3}""");
        await Eventually.TrueAsync(() => _comfy.Running.Count == 1, Token);
        await _comfy.FinishAsync(_comfy.Running.Keys.Single());
        await Eventually.TrueAsync(async () => (await ProgressAsync()).GetProperty("state").GetProperty("job_no").GetInt32() == 1 && _comfy.Running.Count == 1, Token);

        var progress = await ProgressAsync();
        Assert.Equal(3, progress.GetProperty("state").GetProperty("job_count").GetInt32());
        Assert.InRange(progress.GetProperty("progress").GetDouble(), 0.33, 0.99);
        using var interrupted = await PostAsync("interrupt", "{}");
        using var response = await request;

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(1, TestPng.Number(Assert.Single(answer.GetProperty("images").EnumerateArray()).GetBytesFromBase64()));
        Assert.Equal(0, (await ProgressAsync()).GetProperty("state").GetProperty("job_count").GetInt32());
        Assert.Equal(0, (await ProgressAsync()).GetProperty("progress").GetDouble());
    }

    [Fact]
    public async Task A_request_that_is_interrupted_before_anything_is_done_says_so()
    {
        _comfy.Automatic = false;
        var request = PostAsync("txt2img", """{"prompt":"x"}""");
        await Eventually.TrueAsync(() => _comfy.Running.Count == 1, Token);

        using var interrupted = await PostAsync("interrupt", "");
        using var response = await request;

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("interrupted", (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task The_model_is_the_callers_to_choose_for_one_request_or_until_it_chooses_again()
    {
        var titles = (await _client.GetFromJsonAsync<JsonElement>("sdapi/v1/sd-models", Token)).EnumerateArray().Select(model => model.GetProperty("title").GetString()!).ToArray();
        var flux = titles.Single(title => title.StartsWith(Snapshots.Flux, StringComparison.Ordinal));

        using var once = await PostAsync("txt2img", JsonSerializer.Serialize(new { prompt = "x", override_settings = new { sd_model_checkpoint = flux } }));
        Assert.StartsWith(Snapshots.Workflows, await CheckpointAsync(), StringComparison.Ordinal);
        using var chosen = await PostAsync("options", JsonSerializer.Serialize(new { sd_model_checkpoint = Snapshots.Flux, samples_format = "png" }));
        Assert.Equal(flux, await CheckpointAsync());
        using var later = await PostAsync("txt2img", """{"prompt":"x"}""");
        using var refused = await PostAsync("options", """{"CLIP_stop_at_last_layers":2}""");

        Assert.All(_comfy.Prompts, prompt => Assert.NotNull(prompt["prompt"]!["unet"]));
        Assert.Equal(2, _comfy.Prompts.Count);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
    }

    [Theory]
    [InlineData("samplers")]
    [InlineData("schedulers")]
    [InlineData("upscalers")]
    [InlineData("loras")]
    [InlineData("hypernetworks")]
    [InlineData("prompt-styles")]
    public async Task What_clients_list_is_a_list(string route) =>
        Assert.Equal(JsonValueKind.Array, (await _client.GetFromJsonAsync<JsonElement>($"sdapi/v1/{route}", Token)).ValueKind);

    private async Task<string> CheckpointAsync() =>
        (await _client.GetFromJsonAsync<JsonElement>("sdapi/v1/options", Token)).GetProperty("sd_model_checkpoint").GetString()!;

    private Task<JsonElement> ProgressAsync() => _client.GetFromJsonAsync<JsonElement>("sdapi/v1/progress", Token);

    private Task<HttpResponseMessage> PostAsync(string route, string body) => _client.PostAsync($"sdapi/v1/{route}", new StringContent(body), Token);
}
