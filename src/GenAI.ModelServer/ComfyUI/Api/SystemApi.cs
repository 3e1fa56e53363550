using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Execution;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.ComfyUI.Nodes;
using GenAI.ModelServer.ComfyUI.Sockets;
using GenAI.ModelServer.Jobs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary>What the server is and has: <c>/system_stats</c>, <c>/object_info</c>, <c>/models</c> and their like.</summary>
internal static class SystemApi
{
    /// <summary>The version of ComfyUI whose API is followed; clients decide by it what they may ask for.</summary>
    private const string ComfyUIVersion = "0.3.76";

    public static void MapSystemApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/system_stats", GetStats);
        routes.MapGet("/object_info", (NodeCatalog nodes) => ComfyResults.Json(Describe(nodes.All)));
        routes.MapGet("/object_info/{name}", (string name, NodeCatalog nodes) =>
            ComfyResults.Json(Describe(nodes.Find(name) is { } node ? [node] : [])));
        routes.MapGet("/models", (ModelLibrary library) => ComfyResults.Json(List(library.Folders.Select(folder => folder.Folder))));
        routes.MapGet("/models/{folder}", (string folder, ModelLibrary library) =>
            library.Files(folder) is { } files ? ComfyResults.Json(List(files)) : Results.NotFound());
        routes.MapGet("/embeddings", (ModelLibrary library) =>
            ComfyResults.Json(List(library.Embeddings.Select(Path.GetFileNameWithoutExtension)!)));
        routes.MapGet("/extensions", () => ComfyResults.Json(new JsonArray()));
        routes.MapGet("/features", (ModelServerOptions options) => ComfyResults.Json(ServerFeatures.Describe(options.Limits.UploadBytes)));
        routes.MapGet("/view_metadata/{folder}", GetMetadata);
    }

    private static IResult GetStats(ModelServerOptions options, LoadedModels models, JobQueue<PromptJob> queue)
    {
        var memory = MachineMemory.Read();
        return ComfyResults.Json(new JsonObject
        {
            ["system"] = new JsonObject
            {
                ["os"] = RuntimeInformation.OSDescription,
                ["ram_total"] = memory.Total,
                ["ram_free"] = memory.Free,
                ["comfyui_version"] = ComfyUIVersion,
                ["python_version"] = $"none ({RuntimeInformation.FrameworkDescription})",
                ["pytorch_version"] = "none",
                ["embedded_python"] = false,
                ["argv"] = new JsonArray("--model", options.Model, "--dialect", options.Dialect),
            },
            ["devices"] = new JsonArray(new JsonObject
            {
                ["name"] = "cpu",
                ["type"] = "cpu",
                ["index"] = null,
                ["vram_total"] = memory.Total,
                ["vram_free"] = memory.Free,
                ["torch_vram_total"] = memory.Total,
                ["torch_vram_free"] = memory.Free,
            }),
            ["genai"] = Extension(options, models, queue.Snapshot()),
        });
    }

    /// <summary>What the control plane wants to know and ComfyUI does not say.</summary>
    private static JsonObject Extension(ModelServerOptions options, LoadedModels models, JobQueueState<PromptJob> queue) => new()
    {
        ["model"] = options.Model,
        ["version"] = ServerVersion.Text,
        ["engine"] = ServerVersion.Engine,
        ["neural_network"] = false,
        ["loaded"] = List(models.Files),
        ["queue_running"] = queue.Running is null ? 0 : 1,
        ["queue_pending"] = queue.Pending.Length,
        ["load_score"] = LoadScore.Of(queue.Count),
    };

    private static IResult GetMetadata(string folder, string? filename, ModelLibrary library) =>
        filename?.EndsWith(".safetensors", StringComparison.Ordinal) == true && library.Files(folder)?.Contains(filename) == true
            ? ComfyResults.Json(new JsonObject
            {
                ["modelspec.title"] = Path.GetFileNameWithoutExtension(filename),
                ["genai.engine"] = ServerVersion.Engine,
            })
            : Results.NotFound();

    private static JsonObject Describe(IEnumerable<INode> nodes) =>
        new(nodes.Select(node => KeyValuePair.Create(node.Schema.Name, (JsonNode?)NodeInfo.Describe(node.Schema))));

    private static JsonArray List(IEnumerable<string> items) => new([.. items.Select(item => (JsonNode)item)]);
}
