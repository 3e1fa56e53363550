using System.Text.Json.Nodes;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.ComfyUI;

/// <summary>Three instances as one ComfyUI, used by clients of which two were written by others.</summary>
public sealed class FleetTests(ThreeServers servers) : IClassFixture<ThreeServers>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_socket_tells_of_jobs_on_all_instances_and_every_picture_is_found()
    {
        await using var client = new ComfyClient(servers.Gateway.Flux);
        await client.ConnectAsync();

        var ids = new List<string>();
        for (var i = 0; i < 9; i++) ids.Add(await client.SubmitAsync(ComfyClient.Graph(1000 + i, size: 128, steps: 20)));
        foreach (var id in ids) await client.UntilFinishedAsync(id);

        var pictures = new HashSet<string>();
        var instances = new HashSet<string>();
        foreach (var id in ids)
        {
            var told = client.Told(id);
            Assert.Equal("execution_start", told[0]);
            Assert.Contains("finished", told);
            Assert.Contains("progress", told);
            instances.Add((await client.JobAsync(id))["genai"]!["instance"]!.ToString());
            var file = (await client.GetAsync($"history/{id}"))[id]!["outputs"]!["9"]!["images"]![0]!;
            pictures.Add(Convert.ToBase64String(await client.Http.GetByteArrayAsync($"view?filename={file["filename"]}&type=output", Cancelled)));
        }

        await Eventually.TrueAsync(() => ids.TrueForAll(id => client.Told(id).Contains("execution_success")), Cancelled);
        Assert.Equal(9, pictures.Count);
        // A few small jobs may all go where the checkpoint is loaded already.
        Assert.True(instances.Count > 1, $"All ran on {instances.First()}.");
        Assert.NotEmpty(client.Frames);
    }

    [Fact]
    public async Task What_the_fleet_has_is_one_answer()
    {
        await using var client = new ComfyClient(servers.Gateway.Flux);

        Assert.Contains("KSampler", (await client.GetAsync("object_info")).Select(node => node.Key));
        Assert.Equal(["KSampler"], (await client.GetAsync("api/object_info/KSampler")).Select(node => node.Key));
        Assert.Equal(3, (await client.GetAsync("system_stats"))["devices"]!.AsArray().Count);
        var folders = JsonNode.Parse(await client.Http.GetStringAsync("models", Cancelled))!.AsArray().Select(folder => folder!.ToString());
        Assert.Contains("checkpoints", folders);
        Assert.Contains("flux1-dev.safetensors", await client.Http.GetStringAsync("models/checkpoints", Cancelled), StringComparison.Ordinal);
        using var unknown = await client.Http.GetAsync("models/nonesuch", Cancelled);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task What_is_wrong_with_a_prompt_is_said_at_once()
    {
        await using var client = new ComfyClient(servers.Gateway.Flux);
        var graph = ComfyClient.Graph();
        graph["3"]!["inputs"]!["sampler_name"] = "nonesuch";
        graph["4"]!["inputs"]!["ckpt_name"] = "nonesuch.safetensors";

        using var response = await client.PostAsync("prompt", new JsonObject { ["prompt"] = graph });

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal("prompt_outputs_failed_validation", answer["error"]!["type"]!.ToString());
        Assert.Equal("value_not_in_list", answer["node_errors"]!["3"]!["errors"]![0]!["type"]!.ToString());
        Assert.Equal("value_not_in_list", answer["node_errors"]!["4"]!["errors"]![0]!["type"]!.ToString());
    }

    [Fact]
    public async Task A_channel_of_a_picture_is_made_by_an_instance()
    {
        await using var client = new ComfyClient(servers.Gateway.Flux);
        var id = await client.SubmitAsync(ComfyClient.Graph(77));
        var file = (await client.EndAsync(id))["outputs"]!["9"]!["images"]![0]!;

        var alpha = PngPicture.Decode(await client.Http.GetByteArrayAsync($"view?filename={file["filename"]}&type=output&channel=a", Cancelled));

        Assert.Equal((64, 64), (alpha.Width, alpha.Height));
        using var preview = await client.Http.GetAsync($"view?filename={file["filename"]}&type=output&preview=webp;90", Cancelled);
        Assert.StartsWith("image/", preview.Content.Headers.ContentType?.MediaType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sdk_from_npm_makes_pictures_from_text_and_pictures_follows_them_and_cancels()
    {
        var seen = JsonNode.Parse(await NodeClients.RunAsync("comfyui-sdk.mjs", [servers.Gateway.Flux.ToString()], Cancelled))!;

        Assert.Contains("flux1-dev.safetensors", seen["checkpoints"]!.AsArray().Select(name => name!.ToString()));
        Assert.Equal(6, seen["different"]!.GetValue<int>());
        foreach (var result in seen["several"]!.AsArray().Append(seen["fromImage"]))
        {
            Assert.True(result!["png"]!.GetValue<bool>(), result.ToJsonString());
            Assert.Single(result["names"]!.AsArray());
        }

        // Of a job that is done before the sdk has begun to listen for it, it asks the history instead.
        Assert.Contains(seen["several"]!.AsArray(), result => result!["progress"]!.GetValue<int>() > 0);
        Assert.Contains(seen["several"]!.AsArray(), result => result!["previews"]!.GetValue<int>() > 0);
        Assert.Equal("start.png", seen["upload"]!["filename"]!.ToString());
        Assert.NotNull(seen["cancelled"]!["failed"]);
        Assert.NotNull(seen["refused"]!["failed"]);
        Assert.True(seen["history"]!.GetValue<bool>());
        Assert.Equal(0, seen["open"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_plain_client_from_npm_makes_pictures_from_text_and_pictures()
    {
        var output = await NodeClients.RunAsync("comfy-ui-client.mjs", [servers.Gateway.Flux.ToString()], Cancelled);

        // Its log is on the same stream.
        var seen = JsonNode.Parse(output.Trim().Split('\n')[^1])!;
        Assert.Equal(3, seen["devices"]!.GetValue<int>());
        Assert.Contains("euler", seen["samplers"]!.AsArray().Select(name => name!.ToString()));
        Assert.True(seen["png"]!.GetValue<bool>());
        Assert.Equal(("start.png", "missing_node_type"), (seen["upload"]!["name"]!.ToString(), seen["refusal"]!.ToString()));
        Assert.True(seen["history"]!.GetValue<int>() >= 4);
    }

    [Fact]
    public async Task The_client_from_npm_runs_a_workflow_with_progress_and_previews()
    {
        var seen = JsonNode.Parse(await NodeClients.RunAsync("comfyui-workflow.mjs", [servers.Gateway.Flux.ToString()], Cancelled))!;

        Assert.Equal("[[1,6],[2,6],[3,6],[4,6],[5,6],[6,6]]", seen["progress"]!.ToJsonString());
        Assert.True(seen["previews"]!.GetValue<int>() > 0);
        Assert.Contains(seen["images"]!.AsArray(), image => image!["png"]!.GetValue<bool>());
        Assert.Equal("success", seen["status"]!.GetValue<string>());
    }
}
