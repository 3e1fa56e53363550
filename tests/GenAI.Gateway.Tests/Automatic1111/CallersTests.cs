using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Automatic1111;

public sealed class CallersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_sees_or_stops_anothers_work()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = KeyedGateway.Start(new() { ["FLUX_URL"] = comfy.Address.ToString() });
        var (one, other) = (await gateway.CreateKeyAsync(new CreateKeyRequest { Name = "one" }, Token), await gateway.CreateKeyAsync(new CreateKeyRequest { Name = "other" }, Token));
        using var mine = gateway.Connect(one.Key);
        using var theirs = gateway.Connect(other.Key);

        var request = mine.PostAsJsonAsync("sdapi/v1/txt2img", new { prompt = "x" }, Token);
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        using var stopped = await theirs.PostAsync("sdapi/v1/interrupt", null, Token);
        var seen = await theirs.GetFromJsonAsync<JsonElement>("sdapi/v1/progress", Token);
        var own = await mine.GetFromJsonAsync<JsonElement>("sdapi/v1/progress", Token);
        await comfy.FinishAsync(comfy.Running.Keys.Single());

        using var response = await request;
        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal((0, 1), (JobCount(seen), JobCount(own)));
        Assert.Empty(comfy.Interrupted);
    }

    [Fact]
    public async Task Who_may_not_use_the_default_model_has_another_and_chooses_among_its_own()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        await using var gateway = KeyedGateway.Start(new() { ["COMFYUI_URL"] = comfy.Address.ToString() });
        var key = await gateway.CreateKeyAsync(new CreateKeyRequest { Name = "one", Models = [Snapshots.Workflows] }, Token);
        using var client = gateway.Connect(key.Key);

        var options = await client.GetFromJsonAsync<JsonElement>("sdapi/v1/options", Token);
        using var made = await client.PostAsJsonAsync("sdapi/v1/txt2img", new { prompt = "x" }, Token);
        using var alsoMade = await client.PostAsJsonAsync("v1/images/generations", new { prompt = "x" }, Token);
        using var chosen = await client.PostAsJsonAsync("sdapi/v1/options", new { sd_model_checkpoint = Snapshots.Flux }, Token);
        using var seen = await client.GetAsync($"v1/models/{Snapshots.Flux}", Token);

        Assert.StartsWith(Snapshots.Workflows, options.GetProperty("sd_model_checkpoint").GetString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (made.StatusCode, alsoMade.StatusCode));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (chosen.StatusCode, seen.StatusCode));
    }

    private static int JobCount(JsonElement progress) => progress.GetProperty("state").GetProperty("job_count").GetInt32();
}
