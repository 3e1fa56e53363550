using GenAI.ServiceDefaults.Settings;

namespace GenAI.Gateway.Images;

internal static class ImageExtensions
{
    /// <summary>Images by model's name: what the OpenAI, A1111 and Stable Diffusion APIs share.</summary>
    public static IServiceCollection AddImages(this IServiceCollection services)
    {
        services.AddStartupOptions<ImagesOptions, ImagesOptionsValidator>(ImagesOptions.Section);
        services.AddSingleton<ImageModels>();
        services.AddSingleton<ImageDesk>();
        return services;
    }

    /// <summary>Names the request's jobs, so that people can find them again.</summary>
    public static void ShowJobs(this HttpResponse response, ImageBatch batch) => response.Headers["X-GenAI-Job"] = string.Join(", ", batch.Ids);
}
