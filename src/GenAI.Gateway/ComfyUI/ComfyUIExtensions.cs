using GenAI.Gateway.ComfyUI.Capabilities;
using GenAI.Gateway.ComfyUI.Files;
using GenAI.Gateway.ComfyUI.Listing;
using GenAI.Gateway.ComfyUI.Prompts;
using GenAI.Gateway.ComfyUI.Sockets;
using GenAI.Gateway.ComfyUI.Uploads;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Routing;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI;

internal static class ComfyUIExtensions
{
    private const string Constraint = "comfyui";

    /// <summary>Each model that speaks ComfyUI as one large ComfyUI server in front of all its instances.</summary>
    public static IServiceCollection AddComfyUI(this IServiceCollection services)
    {
        services.AddStartupOptions<ComfyUIOptions, ComfyUIOptionsValidator>(ComfyUIOptions.Section);
        services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<ComfyUIModelConstraint>(Constraint));

        services.AddSingleton<InstanceCapabilities>();
        services.AddHostedService<CapabilityLoop>();
        services.AddSingleton<FleetQuestions>();

        services.AddSingleton<PromptIntake>();
        services.AddSingleton<PromptCancelling>();
        services.AddSingleton<JobPayloads>();

        services.AddSingleton<UploadStore>();
        services.AddHostedService<UploadLoop>();
        services.AddSingleton<PromptFiles>();
        services.AddSingleton<PromptInputs>();
        services.AddSingleton<PictureViews>();

        services.AddSingleton<SocketSessions>();
        services.AddSingleton<SuccessHolding>();
        services.AddSingleton<SocketFeed>();
        services.AddSingleton<SocketReplay>();
        return services;
    }

    /// <summary>Call it before MapModels: what is mapped here is no longer passed through.</summary>
    public static void MapComfyUI(this IEndpointRouteBuilder endpoints)
    {
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<ComfyUIOptions>>().Value;
        var mostBytes = endpoints.ServiceProvider.GetRequiredService<IOptions<GatewayOptions>>().Value.MaxRequestBodyBytes;
        endpoints.ServiceProvider.GetRequiredService<SocketFeed>().Start();

        // Every route also exists under /api, as in ComfyUI.
        foreach (var twin in (ReadOnlySpan<string>)["", "/api"])
        {
            var routes = new OwnedRoutes(
                endpoints.MapGroup($"{ModelPaths.Prefix}/{{{ComfyUIModelConstraint.Parameter}:{Constraint}}}{twin}"),
                options.MaxJsonBytes, mostBytes);
            routes.MapPrompts();
            routes.MapQueue();
            routes.MapHistory();
            routes.MapView();
            routes.MapUploads(options.Uploads.MaxFileBytes);
            routes.MapSystem();
            routes.MapSockets();
            if (twin.Length > 0) routes.MapJobs();
            routes.RefuseTheRest();
        }
    }
}
