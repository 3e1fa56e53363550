using GenAI.Gateway.OpenAI.Images;
using GenAI.Gateway.OpenAI.Models;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI;

internal static class OpenAIExtensions
{
    public static IServiceCollection AddOpenAI(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<OpenAIOptions>, OpenAIOptionsValidator>();
        services.AddOptions<OpenAIOptions>().BindConfiguration(OpenAIOptions.Section).ValidateOnStart();
        services.AddSingleton<TemplateLibrary>();
        services.AddSingleton<OpenAIModels>();
        services.AddSingleton<ImagesHandler>();
        services.AddSingleton<ImageFiles>();
        return services;
    }

    public static void MapOpenAI(this IEndpointRouteBuilder endpoints)
    {
        var v1 = endpoints.MapGroup("/v1");
        v1.MapModelList();
        v1.MapImages();
    }
}
