using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.ComfyUI;

/// <summary>An instance that takes connections and says nothing, or takes none, holds up nobody's question to the fleet.</summary>
public sealed class SilentInstanceTests
{
    // A fifth of the time that one instance is given here, and many times what an answer takes on a busy machine.
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_fleet_is_described_by_those_who_answer_and_by_what_the_others_said_last()
    {
        var (silent, held) = (false, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var good = await InstanceAsync("good", () => Task.CompletedTask);
        await using var bad = await InstanceAsync("bad", () => Volatile.Read(ref silent) ? held.Task : Task.CompletedTask);
        using var gone = new UnansweredAddress();
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["FLUX_URL"] = $"{good.Address},{bad.Address},{gone.Address}",
            ["GenAI:ComfyUI:InstanceTimeout"] = "00:05:00",
            ["GenAI:Gateway:ConnectTimeout"] = "00:05:00",
            ["GenAI:Gateway:Dispatch:CallLimit"] = "00:05:00",
        });
        using var client = gateway.Connect(gateway.Flux);
        Assert.Equal(["bad", "good"], await SoonAsync(client, "models"));

        Volatile.Write(ref silent, true);
        Assert.Equal(["bad", "good"], await SoonAsync(client, "models"));
        Assert.Equal(["good"], await SoonAsync(client, "embeddings"));
        held.SetResult();
    }

    [Fact]
    public async Task What_one_can_do_is_known_at_once_beside_one_that_never_answers()
    {
        using var gone = new UnansweredAddress();
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.ObjectInfo = new JsonObject { ["KSampler"] = new JsonObject { ["input"] = new JsonObject(), ["output"] = new JsonArray() } };
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["FLUX_URL"] = $"{gone.Address},{comfy.Address}",
            ["GenAI:ComfyUI:InstanceTimeout"] = "00:05:00",
            ["GenAI:Gateway:ConnectTimeout"] = "00:05:00",
            ["GenAI:Gateway:Dispatch:CallLimit"] = "00:05:00",
        });
        using var client = gateway.Connect(gateway.Flux);

        var watch = Stopwatch.StartNew();
        var nodes = await client.GetFromJsonAsync<JsonObject>("object_info", Token);

        Assert.True(watch.Elapsed < Soon, $"It took {watch.Elapsed}.");
        Assert.Equal(["KSampler"], nodes!.Select(node => node.Key));
    }

    private static async Task<IEnumerable<string>> SoonAsync(HttpClient client, string path)
    {
        var watch = Stopwatch.StartNew();
        var answer = await client.GetFromJsonAsync<string[]>(path, Token);
        Assert.True(watch.Elapsed < Soon, $"It took {watch.Elapsed}.");
        return answer!.Order(StringComparer.Ordinal);
    }

    private static Task<LocalServer> InstanceAsync(string name, Func<Task> before) => LocalServer.StartAsync(app => app.Run(async context =>
    {
        await before().WaitAsync(context.RequestAborted);
        await context.Response.WriteAsJsonAsync((string[])[name], context.RequestAborted);
    }), Token);
}
