using GenAI.Gateway.Errors;

namespace GenAI.Gateway.OpenAI.Models;

internal static class ModelsApi
{
    public static void MapModelList(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/models", List);
        endpoints.MapGet("/models/{id}", OneAsync);
    }

    private static ModelsResponse List(OpenAIModels models) => new(models.All);

    private static Task OneAsync(string id, OpenAIModels models, HttpContext context, ApiErrorWriter errors) =>
        models.Find(id) is { } model
            ? context.Response.WriteAsJsonAsync(model, context.RequestAborted)
            : errors.WriteAsync(context, models.NotFound(id));
}
