using System.Text.Json.Nodes;
using GenAI.Testing;

namespace GenAI.ModelServer.Tests.ComfyUI;

/// <summary>A ComfyUI client from npm, @stable-canvas/comfyui-client, that knows nothing of us.</summary>
public sealed class NodeClientTests
{
    [Fact]
    public async Task A_comfyui_client_from_npm_runs_a_workflow_with_progress_and_previews()
    {
        var node = Requires.Program("node");
        var folder = await InstalledAsync();
        await using var server = await RunningServer.ComfyUIAsync();

        var (exitCode, output, error) = await Programs.RunAsync(node, folder, "comfyui-workflow.mjs", server.Address.ToString());

        Assert.True(exitCode == 0, $"{exitCode}: {error}");
        var seen = JsonNode.Parse(output)!;
        Assert.Contains("flux1-dev.safetensors", seen["models"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Contains("euler", seen["samplers"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("[[1,6],[2,6],[3,6],[4,6],[5,6],[6,6]]", seen["progress"]!.ToJsonString());
        Assert.True(seen["previews"]!.GetValue<int>() > 0);
        Assert.Contains(seen["images"]!.AsArray(), image => image!["type"]!.GetValue<string>() == "url" && image["png"]!.GetValue<bool>());
        Assert.Equal("success", seen["status"]!.GetValue<string>());
    }

    /// <summary>The folder of the clients, with their packages; they are installed once, from the lock file.</summary>
    private static async Task<string> InstalledAsync()
    {
        var folder = Path.Combine(RepositoryRoot(), "tests", "clients");
        if (Directory.Exists(Path.Combine(folder, "node_modules", "@stable-canvas"))) return folder;

        var npm = Requires.Program("npm");
        var (exitCode, _, error) = await Programs.RunAsync(npm, folder, "ci", "--no-audit", "--no-fund");
        Requires.True(exitCode == 0, $"npm ci could not install the clients: {error.Trim()}");
        return folder;
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "GenAI.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"GenAI.sln is not above {AppContext.BaseDirectory}.");
        return folder.FullName;
    }
}
