using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Chaos;

/// <summary>Disks without room. Needs root, which alone may mount one.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly int[] _ports = FreePorts.Take(4);
    private FakeComfyUI _comfy = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Uri Flux => new($"http://127.0.0.1:{_ports[1]}/");

    public async ValueTask InitializeAsync()
    {
        _comfy = await FakeComfyUI.StartAsync(Cancelled);
        _comfy.Automatic = false;
    }

    public ValueTask DisposeAsync() => _comfy.DisposeAsync();

    [Fact]
    public async Task A_journal_without_room_refuses_jobs_keeps_those_it_has_and_goes_on_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 8, Cancelled);
        await using var gateway = await StartAsync(disk.Path);
        await using var client = new ComfyClient(Flux);
        await client.ConnectAsync();
        var kept = new List<string> { await client.SubmitAsync(ComfyClient.Graph(0)) };
        await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(kept[0]), Cancelled);
        await client.UntilStateAsync(kept[0], "running");

        await disk.FillAsync(Cancelled);
        using (var refused = await UntilRefusedAsync(client, kept)) await CheckRefusalAsync(refused);
        Assert.Equal(kept.Count, (int)(await client.GetAsync("prompt"))["exec_info"]!["queue_remaining"]!);
        using (var openAI = await client.Http.PostAsJsonAsync(new Uri($"http://127.0.0.1:{_ports[0]}/v1/images/generations"), new { model = Snapshots.Flux, prompt = "a red circle" }, Cancelled))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, openAI.StatusCode);
            Assert.Contains("is full. Free some space", gateway.Output, StringComparison.Ordinal);
            Assert.Equal("journal_unavailable", (await openAI.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["error"]!["code"]!.ToString());
        }

        // Told once, however many clients go on trying, and seen by who asks how the gateway is.
        Assert.Equal(2, gateway.Output.Split("Jobs are refused until they can be journalled").Length);
        Assert.Contains("The last job was refused: The disk of the journal", await HealthAsync(client), StringComparison.Ordinal);

        // The end of the running job finds no room either, and waits for it.
        await _comfy.FinishAsync(kept[0]);
        await Eventually.TrueAsync(() => gateway.Output.Contains($"of job {kept[0]}; trying again", StringComparison.Ordinal) || gateway.Output.Contains($"journal job {kept[0]}", StringComparison.Ordinal), Cancelled);
        Assert.Empty(await client.GetAsync($"history/{kept[0]}"));
        _comfy.Automatic = true;
        disk.MakeRoom();
        kept.Add(await client.SubmitAsync(ComfyClient.Graph(1000)));
        foreach (var id in kept)
        {
            await Eventually.TrueAsync(() => client.Told(id).Contains("finished"), Cancelled, TimeSpan.FromMinutes(1));
            Assert.Equal("success", (await client.EndAsync(id))["status"]!["status_str"]!.ToString());
        }

        Assert.Equal(kept.Order(), _comfy.Completed.Order());
        await Eventually.TrueAsync(() => gateway.Output.Contains("Jobs are taken again; 2 requests were refused", StringComparison.Ordinal), Cancelled);
        Assert.DoesNotContain("refused", await HealthAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_finds_no_room_waits_for_it_and_its_job_is_not_over_before()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 1, Cancelled);
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.Combine("content"), disk.Path);
        await using var gateway = await StartAsync(folder.Path);
        await using var client = new ComfyClient(Flux);
        await client.ConnectAsync();
        await disk.FillAsync(Cancelled);
        _comfy.Automatic = true;
        var id = await client.SubmitAsync(ComfyClient.Graph(seed: 7));
        await Eventually.TrueAsync(() => gateway.Output.Contains("Could not store", StringComparison.Ordinal), Cancelled);
        Assert.Equal("running", (await client.JobAsync(id))["genai"]!["state"]!.ToString());
        Assert.DoesNotContain("finished", client.Told(id));

        disk.MakeRoom();
        await client.UntilFinishedAsync(id);
        var image = (await client.EndAsync(id))["outputs"]!["image"]!["images"]![0]!;
        Assert.Equal(TestPng.Of(7), await client.Http.GetByteArrayAsync($"view?filename={image["filename"]}&subfolder={Uri.EscapeDataString(image["subfolder"]!.ToString())}&type=temp", Cancelled));
        Assert.Single(_comfy.Prompts);
    }

    /// <summary>Not 503, which would send away who asks for what the gateway has.</summary>
    private async Task<string> HealthAsync(ComfyClient client)
    {
        using var health = await client.Http.GetAsync(new Uri($"http://127.0.0.1:{_ports[0]}/health"), Cancelled);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        return await health.Content.ReadAsStringAsync(Cancelled);
    }

    private async Task<ServerProcess> StartAsync(string folder)
    {
        var gateway = ServerProcess.StartGateway(
            _ports, folder, $"--FLUX_URL={_comfy.Address.ToString().TrimEnd('/')}", "--GENAI_ENVIRONMENT=development", "--API_AUTH_ENABLED=false",
            "--GenAI:Gateway:Dispatch:AskInterval=00:00:00.5");
        try
        {
            await Answering.AnswersAsync(new Uri(Flux, "queue"), gateway);
            return gateway;
        }
        catch (Exception)
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>What room the journal's own files have is used up first.</summary>
    private static async Task<HttpResponseMessage> UntilRefusedAsync(ComfyClient client, List<string> kept)
    {
        for (var i = 1; i < 500; i++)
        {
            var response = await client.PostAsync("prompt", new JsonObject { ["prompt"] = ComfyClient.Graph(i), ["client_id"] = client.Id });
            if (!response.IsSuccessStatusCode) return response;
            kept.Add((await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["prompt_id"]!.ToString());
            response.Dispose();
        }

        throw new InvalidOperationException("A disk without room took 500 jobs.");
    }

    private static async Task CheckRefusalAsync(HttpResponseMessage refused)
    {
        var body = (await refused.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal("journal_unavailable", body["error"]!["type"]!.ToString());
        // Folders are the operator's business.
        Assert.DoesNotContain("/", body["error"]!.ToJsonString(), StringComparison.Ordinal);
    }
}
