using System.Text.Json.Nodes;
using GenAI.Testing;

namespace GenAI.ModelServer.Tests.ComfyUI;

/// <summary>A ComfyUI client from npm, @stable-canvas/comfyui-client, that knows nothing of us.</summary>
public sealed class NodeClientTests
{
    [Fact]
    public async Task A_comfyui_client_from_npm_runs_a_workflow_with_progress_and_previews()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        var output = await NodeClients.RunAsync("comfyui-workflow.mjs", [server.Address.ToString()], TestContext.Current.CancellationToken);

        var seen = JsonNode.Parse(output)!;
        Assert.Contains("flux1-dev.safetensors", seen["models"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Contains("euler", seen["samplers"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("[[1,6],[2,6],[3,6],[4,6],[5,6],[6,6]]", seen["progress"]!.ToJsonString());
        Assert.True(seen["previews"]!.GetValue<int>() > 0);
        Assert.Contains(seen["images"]!.AsArray(), image => image!["type"]!.GetValue<string>() == "url" && image["png"]!.GetValue<bool>());
        Assert.Equal("success", seen["status"]!.GetValue<string>());
    }
}
