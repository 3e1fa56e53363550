using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class FileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("filename=../../secret.txt")]
    [InlineData("filename=..%2Fsecret.txt&type=input")]
    [InlineData("filename=%2Fetc%2Fpasswd")]
    [InlineData("filename=secret.txt&subfolder=..")]
    [InlineData("filename=secret.txt&subfolder=%2F")]
    [InlineData("filename=secret.txt&subfolder=a%2F..%2F..")]
    [InlineData("filename=secret.txt%00.png")]
    [InlineData("filename=secret.txt&type=secrets")]
    [InlineData("filename=")]
    [InlineData("")]
    public async Task View_shows_nothing_outside_its_folders(string query)
    {
        await using var server = await RunningServer.ComfyUIAsync();
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "secret.txt"), "secret", Cancel);

        using var response = await server.Http.GetAsync($"view?{query}", Cancel);

        Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"{response.StatusCode}");
        Assert.DoesNotContain("secret\n", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task View_says_not_found_for_a_file_that_is_not_there()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await server.Http.GetAsync("api/view?filename=nothing.png", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task View_hands_out_what_a_browser_would_run_as_a_download()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        await UploadAsync(server, "<script>alert(1)</script>"u8.ToArray(), "page.html");

        using var response = await server.Http.GetAsync("view?filename=page.html&type=input", Cancel);

        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task View_gives_png_where_a_preview_in_another_format_is_asked_for()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var image = (await server.Http.RunAsync(Workflows.Plain())).Images("2").Single()!;

        using var response = await server.Http.GetAsync($"view?filename={image["filename"]}&preview=webp;90", Cancel);

        Assert.Equal("image/png", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(16, PngReader.Read(await response.Content.ReadAsByteArrayAsync(Cancel), PictureLimits.Default).Picture.Width);
    }

    [Fact]
    public async Task View_separates_colours_and_alpha()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        byte[] alpha = [0, 100, 200, 255];
        await UploadAsync(server, AlphaPng.Write(Picture(9), alpha, []), "a.png");

        var rgb = PngReader.Read(await server.Http.GetByteArrayAsync("view?filename=a.png&type=input&channel=rgb", Cancel), PictureLimits.Default);
        var a = PngReader.Read(await server.Http.GetByteArrayAsync("view?filename=a.png&type=input&channel=a", Cancel), PictureLimits.Default);

        Assert.Null(rgb.Alpha);
        Assert.Equal(Picture(9).Rgb, rgb.Picture.Rgb);
        Assert.Equal(alpha, a.Alpha);
        Assert.All(a.Picture.Rgb, value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task A_name_that_is_taken_gets_a_number_unless_the_content_is_the_same()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        Assert.Equal("cat.png", await UploadAsync(server, Png(1), "cat.png"));
        Assert.Equal("cat.png", await UploadAsync(server, Png(1), "cat.png"));
        Assert.Equal("cat (1).png", await UploadAsync(server, Png(2), "cat.png"));
        Assert.Equal("cat (2).png", await UploadAsync(server, Png(3), "cat.png"));
        Assert.Equal("cat (1).png", await UploadAsync(server, Png(2), "cat.png"));
        Assert.Equal("cat.png", await UploadAsync(server, Png(4), "cat.png", ("overwrite", "true")));
        Assert.Equal(Png(4), await File.ReadAllBytesAsync(Path.Combine(server.Folder, "input", "cat.png"), Cancel));
    }

    [Fact]
    public async Task An_upload_goes_into_its_subfolder_and_can_be_viewed_and_loaded()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await PostAsync(server, "upload/image", Png(1), "cat.png", ("subfolder", "pets"), ("type", "input"));
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
        var viewed = await server.Http.GetByteArrayAsync("view?filename=cat.png&subfolder=pets&type=input", Cancel);
        var entry = await server.Http.RunAsync(Load("pets/cat.png"));

        Assert.True(JsonNode.DeepEquals(new JsonObject { ["name"] = "cat.png", ["subfolder"] = "pets", ["type"] = "input" }, answer));
        Assert.Equal(Png(1), viewed);
        Assert.Equal("success", entry.StatusOf());
    }

    [Theory]
    [InlineData("cat.png", "..", "input")]
    [InlineData("cat.png", "/tmp", "input")]
    [InlineData("cat.png", "a/../../b", "input")]
    [InlineData("..", "", "input")]
    [InlineData("../cat.png", "", "input")]
    [InlineData("cat.png", "", "models")]
    public async Task An_upload_that_leaves_its_folder_is_refused(string name, string subfolder, string type)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await PostAsync(server, "upload/image", Png(1), name, ("subfolder", subfolder), ("type", type));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_request", JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["error"]!["type"]!.GetValue<string>());
        Assert.Empty(Directory.EnumerateFiles(server.Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_form_without_an_image_is_refused()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var noForm = await server.Http.PostAsync("upload/image", new StringContent("{}"), Cancel);
        using var noFile = await server.Http.PostAsync("upload/image", new MultipartFormDataContent { { new StringContent("x"), "other" } }, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, noForm.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, noFile.StatusCode);
    }

    [Fact]
    public async Task An_upload_that_is_too_large_is_refused_with_413()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Limits:UploadBytes", "10000");

        using var response = await PostAsync(server, "api/upload/image", new byte[20_000], "big.png");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request_too_large", JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_prompt_of_100_megabytes_is_refused_with_413()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "prompt") { Content = new ByteArrayContent(new byte[100 * 1024 * 1024]) };
        request.Headers.ExpectContinue = true;

        using var response = await server.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request_too_large", JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_full_input_folder_refuses()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Folders:InputFiles", "1");
        await UploadAsync(server, Png(1), "one.png");

        using var response = await PostAsync(server, "upload/image", Png(2), "two.png");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("full", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mask_gives_the_original_its_alpha_and_keeps_its_texts()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        await UploadAsync(server, PngWriter.Write(Picture(5), [new("prompt", "{}")]), "original.png");
        byte[] alpha = [0, 1, 2, 3];
        var reference = new JsonObject { ["filename"] = "original.png", ["subfolder"] = "", ["type"] = "input" }.ToJsonString();

        using var response = await PostAsync(server, "upload/mask", AlphaPng.Write(Picture(0), alpha, []), "masked.png", ("original_ref", reference));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var file = await File.ReadAllBytesAsync(Path.Combine(server.Folder, "input", "masked.png"), Cancel);
        var masked = PngReader.Read(file, PictureLimits.Default);
        Assert.Equal(Picture(5).Rgb, masked.Picture.Rgb);
        Assert.Equal(alpha, masked.Alpha);
        Assert.Equal("prompt", PngReader.ReadText(file).Single().Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"filename": "../../etc/passwd"}""")]
    [InlineData("[]")]
    [InlineData("""{"filename": "a.png", "filename": "b.png"}""")]
    [InlineData("""{"filename": "none.png", "type": "input"}""")]
    [InlineData("""{"filename": "\ud800.png"}""")]
    public async Task A_mask_without_an_original_is_refused(string reference)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await PostAsync(server, "upload/mask", Png(1), "masked.png", ("original_ref", reference));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--B\r\n")]
    [InlineData("--B\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\nthe end is mis")]
    public async Task A_form_that_breaks_off_is_refused(string form)
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var content = new StringContent(form);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=B");

        using var response = await server.Http.PostAsync("upload/image", content, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_request", JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["error"]!["type"]!.GetValue<string>());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(server.Folder, "input")));
    }

    [Fact]
    public async Task A_file_that_is_no_png_fails_the_node_that_loads_it()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        await UploadAsync(server, "not a picture"u8.ToArray(), "cat.png");

        var entry = await server.Http.RunAsync(Load("cat.png"));

        Assert.Contains("reads PNG", entry.Message("execution_error")!["exception_message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loading_a_file_that_was_not_uploaded_is_refused()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var (_, answer) = await server.Http.PostJsonAsync("prompt", new JsonObject { ["prompt"] = Load("../secret.png") });

        Assert.Equal("custom_validation_failed", answer!["node_errors"]!["1"]!["errors"]![0]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Previews_lie_in_the_temp_folder_within_its_bounds()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Folders:TempFiles", "2");

        for (var colour = 0; colour < 4; colour++) await server.Http.RunAsync(Workflows.Plain(colour, saver: "PreviewImage"));

        var last = (await server.Http.RunAsync(Workflows.Plain(9, saver: "PreviewImage"))).Images("2").Single()!;
        Assert.Equal("temp", last["type"]!.GetValue<string>());
        Assert.NotEmpty(await server.Http.ViewAsync(last));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(server.Folder, "temp")).Length);
    }

    private static JsonObject Load(string name) => new()
    {
        ["1"] = Workflows.Node("LoadImage", new() { ["image"] = name }),
        ["2"] = Workflows.Node("PreviewImage", new() { ["images"] = Workflows.Link("1", 0) }),
    };

    private static Picture Picture(byte value) => new(2, 2, [.. Enumerable.Repeat(value, 12)]);

    private static byte[] Png(byte value) => PngWriter.Write(Picture(value), []);

    private static async Task<string> UploadAsync(RunningServer server, byte[] content, string name, params (string Name, string Value)[] fields)
    {
        using var response = await PostAsync(server, "upload/image", content, name, fields);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["name"]!.GetValue<string>();
    }

    private static async Task<HttpResponseMessage> PostAsync(
        RunningServer server, string path, byte[] content, string name, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(content);
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "image", FileName = $"\"{name}\"" };
        form.Add(file);
        foreach (var (field, value) in fields) form.Add(new StringContent(value), field);
        return await server.Http.PostAsync(path, form, Cancel);
    }
}
