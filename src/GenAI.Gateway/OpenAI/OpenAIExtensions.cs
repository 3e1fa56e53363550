using GenAI.Gateway.OpenAI.Images;
using GenAI.Gateway.OpenAI.Models;
using GenAI.ServiceDefaults.Settings;

namespace GenAI.Gateway.OpenAI;

internal static class OpenAIExtensions
{
    public static IServiceCollection AddOpenAI(this IServiceCollection services)
    {
        services.AddStartupOptions<OpenAIOptions, OpenAIOptionsValidator>(OpenAIOptions.Section);
        services.AddSingleton<ImagesHandler>();
        services.AddSingleton<ImageStreams>();
        services.AddSingleton<ImageAddresses>();
        return services;
    }

    public static void MapOpenAI(this IEndpointRouteBuilder endpoints)
    {
        var v1 = endpoints.MapGroup("/v1");
        v1.MapModelList();
        v1.MapImages();
        v1.MapImageFiles();
    }
}
