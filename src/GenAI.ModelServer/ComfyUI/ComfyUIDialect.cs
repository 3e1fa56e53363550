using GenAI.ModelServer.ComfyUI.Api;
using GenAI.ModelServer.ComfyUI.Execution;
using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Nodes;
using GenAI.ModelServer.ComfyUI.Sockets;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI;

/// <summary>The API of ComfyUI: workflows as node graphs, run one at a time.</summary>
internal static class ComfyUIDialect
{
    public static void AddComfyUI(this IServiceCollection services)
    {
        services.AddJobs<PromptJob, PromptRunner>();
        services.AddSingleton<PromptSubmission>();
        services.AddSingleton<PromptHistory>();
        services.AddSingleton<GraphExecutor>();
        services.AddSingleton<NodeCache>();
        services.AddSingleton<CurrentNode>();
        services.AddSingleton<ClientSockets>();
        services.AddSingleton<ServerFolders>();
        services.AddSingleton<TempFolder>();
        services.AddSingleton<ImageSaver>();
        services.AddSingleton<UploadStore>();
        services.AddNodes();
    }

    public static void MapComfyUI(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ModelServerOptions>();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = options.Sockets.PingInterval, KeepAliveTimeout = options.Sockets.PingTimeout });
        AnnounceQueue(app.Services);

        // Every route also exists under /api, as in ComfyUI.
        foreach (var prefix in (ReadOnlySpan<string>)["", "/api"])
        {
            var routes = app.MapGroup(prefix).WithMetadata(new MaxBody(options.Limits.JsonBytes));
            routes.MapPromptApi();
            routes.MapQueueApi();
            routes.MapHistoryApi();
            routes.MapViewApi();
            routes.MapUploadApi(options.Limits);
            routes.MapSystemApi();
            routes.MapSocketApi();
        }

        app.MapGroup("").WithMetadata(new MaxBody(options.Limits.JsonBytes)).MapJobsApi();
    }

    /// <summary>Everyone who listens hears of every change of the queue.</summary>
    private static void AnnounceQueue(IServiceProvider services)
    {
        var (queue, sockets) = (services.GetRequiredService<JobQueue<PromptJob>>(), services.GetRequiredService<ClientSockets>());
        queue.Changed += (_, _) => sockets.Broadcast("status", new() { ["status"] = PromptApi.QueueInfo(queue.Count) });
    }

    private static void AddNodes(this IServiceCollection services)
    {
        services.AddSingleton<NodeCatalog>();
        services.AddSingleton<SamplingStep>();
        services.AddSingleton<INode, CheckpointLoaderSimple>();
        services.AddSingleton<INode, UNETLoader>();
        services.AddSingleton<INode, DualCLIPLoader>();
        services.AddSingleton<INode, VAELoader>();
        services.AddSingleton<INode, LoraLoader>();
        services.AddSingleton<INode, CLIPTextEncode>();
        services.AddSingleton<INode, CLIPTextEncodeFlux>();
        services.AddSingleton<INode, FluxGuidance>();
        services.AddSingleton<INode, EmptyLatentImage>();
        services.AddSingleton<INode, EmptySD3LatentImage>();
        services.AddSingleton<INode, ModelSamplingFlux>();
        services.AddSingleton<INode, KSampler>();
        services.AddSingleton<INode, KSamplerSelect>();
        services.AddSingleton<INode, BasicScheduler>();
        services.AddSingleton<INode, RandomNoise>();
        services.AddSingleton<INode, BasicGuider>();
        services.AddSingleton<INode, SamplerCustomAdvanced>();
        services.AddSingleton<INode, VAEDecode>();
        services.AddSingleton<INode, VAEEncode>();
        services.AddSingleton<INode, SetLatentNoiseMask>();
        services.AddSingleton<INode, LoadImage>();
        services.AddSingleton<INode, LoadImageMask>();
        services.AddSingleton<INode, ImageScale>();
        services.AddSingleton<INode, SaveImage>();
        services.AddSingleton<INode, PreviewImage>();
        services.AddSingleton<INode, EmptyImage>();
    }
}
