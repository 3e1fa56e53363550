using GenAI.Gateway.Generation.ComfyUI;
using GenAI.Gateway.Generation.StableDiffusion;
using GenAI.Gateway.Routing;
using GenAI.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Generation;

internal static class GenerationExtensions
{
    /// <summary>Jobs that the gateway itself makes on the instances, behind the APIs that are not the models' own.</summary>
    public static IServiceCollection AddGeneration(this IServiceCollection services)
    {
        services.AddSingleton<InstanceChooser>();
        services.AddSingleton<ImageGenerator>();
        services.AddSingleton<IImageBackend, ComfyUIBackend>();
        services.AddSingleton<IImageBackend, StableDiffusionBackend>();
        services.AddSingleton<ComfyUIInstance>();
        services.AddHttpClient<InstanceClient>(http =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.MaxResponseContentBufferSize = InstanceClient.MaxAnswerBytes;
            })
            .UseSocketsHttpHandler((handler, provider) =>
            {
                handler.ConnectTimeout = provider.GetRequiredService<IOptions<GatewayOptions>>().Value.ConnectTimeout;
                // The client lives as long as the gateway; an instance's name may come to mean another address.
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
                handler.UseProxy = false;
                handler.AllowAutoRedirect = false;
            })
            .WithoutStandardResilience();
        return services;
    }
}
