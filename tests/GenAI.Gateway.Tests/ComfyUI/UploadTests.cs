using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.ComfyUI;

public sealed class UploadTests : IAsyncLifetime
{
    private FakeComfyUI _comfy = null!;
    private TestGateway _gateway = null!;
    private ComfyClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _comfy = await FakeComfyUI.StartAsync(Cancelled);
        _gateway = TestGateway.Start(settings: new()
        {
            ["FLUX_URL"] = _comfy.Address.ToString(),
            ["GenAI:ComfyUI:Uploads:MaxFileBytes"] = "1000",
            ["GenAI:ComfyUI:Uploads:MaxBytes"] = "2500",
        });
        _client = new ComfyClient(_gateway.Flux);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _gateway.DisposeAsync();
        await _comfy.DisposeAsync();
    }

    [Fact]
    public async Task A_name_that_is_taken_gets_a_number_unless_the_content_is_the_same_or_it_is_overwritten()
    {
        Assert.Equal("cat.png", await NameAsync([1]));
        Assert.Equal("cat.png", await NameAsync([1]));
        Assert.Equal("cat (1).png", await NameAsync([2]));
        Assert.Equal("cat (2).png", await NameAsync([3]));
        Assert.Equal("cat.png", await NameAsync([4], overwrite: true));
        Assert.Equal([4], await ViewAsync("cat.png"));
        Assert.Equal([2], await ViewAsync("cat (1).png"));
        Assert.Equal("cat.png", await NameAsync([5], subfolder: "a/b"));
        Assert.Equal([5], await _client.Http.GetByteArrayAsync("view?filename=cat.png&subfolder=a/b&type=input", Cancelled));
    }

    [Fact]
    public async Task An_upload_is_at_the_instance_before_its_prompt_under_a_name_of_its_own_and_only_once()
    {
        await NameAsync([1, 2, 3]);
        for (var i = 0; i < 2; i++)
        {
            var graph = ComfyClient.Graph(i);
            graph["10"] = new JsonObject { ["class_type"] = "LoadImage", ["inputs"] = new JsonObject { ["image"] = "cat.png" } };
            await _client.EndAsync(await _client.SubmitAsync(graph));
        }

        var (name, content) = Assert.Single(_comfy.Uploads);
        Assert.Equal([1, 2, 3], content);
        Assert.Equal("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81.png", name);
        Assert.All(_comfy.Prompts, prompt => Assert.Equal(name, prompt["prompt"]!["10"]!["inputs"]!["image"]!.ToString()));
        var history = await _client.GetAsync("history");
        Assert.All(history, entry => Assert.Equal("cat.png", entry.Value!["prompt"]![2]!["10"]!["inputs"]!["image"]!.ToString()));
    }

    [Fact]
    public async Task A_text_that_reads_like_a_files_name_stays_as_it_is()
    {
        await NameAsync([1, 2, 3]);
        var graph = ComfyClient.Graph(1);
        graph["10"] = new JsonObject { ["class_type"] = "LoadImage", ["inputs"] = new JsonObject { ["image"] = "cat.png", ["title"] = "cat.png" } };
        graph["11"] = new JsonObject { ["class_type"] = "CLIPTextEncode", ["inputs"] = new JsonObject { ["text"] = "cat.png" } };

        await _client.EndAsync(await _client.SubmitAsync(graph));

        var sent = Assert.Single(_comfy.Prompts)["prompt"]!;
        Assert.Equal(_comfy.Uploads.Single().Key, sent["10"]!["inputs"]!["image"]!.ToString());
        Assert.Equal("cat.png", sent["10"]!["inputs"]!["title"]!.ToString());
        Assert.Equal("cat.png", sent["11"]!["inputs"]!["text"]!.ToString());
    }

    [Theory]
    [InlineData("../cat.png", "")]
    [InlineData("cat.png", "../x")]
    [InlineData("cat.png", "/etc")]
    [InlineData("..", "")]
    public async Task A_file_never_leaves_its_folder(string filename, string subfolder)
    {
        using var response = await UploadAsync([1], filename, subfolder: subfolder);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("must lie inside", (await ErrorBody.ComfyUIAsync(response, Cancelled)).Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_large_or_too_much_is_refused_with_the_limit()
    {
        using var large = await UploadAsync(new byte[1001], "large.png");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Contains("1000", (await ErrorBody.ComfyUIAsync(large, Cancelled)).Message, StringComparison.Ordinal);

        for (var i = 0; i < 2; i++) (await UploadAsync([(byte)i, .. new byte[999]], $"{i}.png")).EnsureSuccessStatusCode().Dispose();
        using var full = await UploadAsync([7, .. new byte[999]], "third.png");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, full.StatusCode);
        Assert.Contains("2500 bytes may be kept", (await ErrorBody.ComfyUIAsync(full, Cancelled)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_whose_parts_cannot_be_told_apart_is_not_called_too_large()
    {
        using var form = new MultipartFormDataContent(new string('x', 70));
        form.Headers.ContentType!.Parameters.Single().Value = new string('x', 500);

        using var response = await _client.Http.PostAsync("upload/image", form, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("boundary", (await ErrorBody.ComfyUIAsync(response, Cancelled)).Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_is_offered_its_own_files_and_not_those_that_were_brought_for_others()
    {
        var (own, brought) = ("cat.png", new string('a', 64) + ".png");
        await using var comfy = await FakeComfyUI.StartAsync(Cancelled);
        comfy.ObjectInfo = JsonNode.Parse($$$"""
            {"LoadImage": {"input": {"required": {"image": [["example.png", "{{{brought}}}"], {"image_upload": true}]}}, "output": ["IMAGE"], "output_node": true, "python_module": "nodes"},
             "LoadVideo": {"input": {"required": {"file": ["COMBO", {"options": [], "video_upload": true}]}}, "output": ["VIDEO"], "python_module": "nodes"},
             "Note": {"input": {}, "output": [], "python_module": "nodes"}}
            """)!.AsObject();
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = comfy.Address.ToString() });
        await using var client = new ComfyClient(gateway.Flux);
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "image", own } };
        (await client.Http.PostAsync("upload/image", form, Cancelled)).EnsureSuccessStatusCode().Dispose();

        foreach (var path in new[] { "object_info", "api/object_info/LoadImage" })
            Assert.Equal(["example.png", own], (await client.GetAsync(path))["LoadImage"]!["input"]!["required"]!["image"]![0]!.AsArray().Select(file => file!.ToString()));
        var all = await client.GetAsync("object_info");
        Assert.Equal(3, all.Count);
        Assert.Empty(all["LoadVideo"]!["input"]!["required"]!["file"]![1]!["options"]!.AsArray());
        using var stolen = await client.PostAsync("prompt", new JsonObject { ["prompt"] = Loading(brought) });
        Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);
        using var offered = await client.PostAsync("prompt", new JsonObject { ["prompt"] = Loading("example.png") });
        Assert.Equal(HttpStatusCode.OK, offered.StatusCode);

        static JsonObject Loading(string file) => new() { ["1"] = new JsonObject { ["class_type"] = "LoadImage", ["inputs"] = new JsonObject { ["image"] = file } } };
    }

    [Fact]
    public async Task A_page_that_was_uploaded_is_handed_out_as_a_download()
    {
        (await UploadAsync("<script>"u8.ToArray(), "x.html")).EnsureSuccessStatusCode().Dispose();

        using var response = await _client.Http.GetAsync("view?filename=x.html&type=input", Cancelled);

        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
    }

    [Fact]
    public async Task Part_of_a_file_can_be_asked_for()
    {
        await NameAsync([1, 2, 3, 4]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "view?filename=cat.png&type=input") { Headers = { Range = new RangeHeaderValue(1, 2) } };

        using var response = await _client.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal([2, 3], await response.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Theory]
    [InlineData("view", HttpStatusCode.BadRequest)]
    [InlineData("view?filename=../x", HttpStatusCode.BadRequest)]
    [InlineData("view?filename=/etc/passwd", HttpStatusCode.BadRequest)]
    [InlineData("view?filename=x.png&type=secret", HttpStatusCode.BadRequest)]
    [InlineData("view?filename=x.png&subfolder=../..", HttpStatusCode.Forbidden)]
    [InlineData("view?filename=nothing.png", HttpStatusCode.NotFound)]
    [InlineData("view?filename=a%00b.png", HttpStatusCode.BadRequest)]
    public async Task What_is_no_file_is_refused(string path, HttpStatusCode status)
    {
        using var response = await _client.Http.GetAsync(path, Cancelled);

        Assert.Equal(status, response.StatusCode);
        Assert.NotNull(await ErrorBody.ComfyUIAsync(response, Cancelled));
    }

    private async Task<string> NameAsync(byte[] content, bool overwrite = false, string subfolder = "")
    {
        using var response = await UploadAsync(content, "cat.png", overwrite, subfolder);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
        Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
        Assert.Equal((subfolder, "input"), (answer["subfolder"]!.ToString(), answer["type"]!.ToString()));
        return answer["name"]!.ToString();
    }

    private Task<byte[]> ViewAsync(string name) => _client.Http.GetByteArrayAsync($"view?filename={Uri.EscapeDataString(name)}&type=input", Cancelled);

    private async Task<HttpResponseMessage> UploadAsync(byte[] content, string filename, bool overwrite = false, string subfolder = "")
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "image", filename }, { new StringContent(subfolder), "subfolder" } };
        if (overwrite) form.Add(new StringContent("true"), "overwrite");
        return await _client.Http.PostAsync("upload/image", form, Cancelled);
    }
}
