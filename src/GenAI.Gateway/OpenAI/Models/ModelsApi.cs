using GenAI.Gateway.Access;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;

namespace GenAI.Gateway.OpenAI.Models;

internal static class ModelsApi
{
    public static void MapModelList(this IEndpointRouteBuilder endpoints)
    {
        // They are offered from the start on, whether or not an instance is healthy.
        var since = endpoints.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();
        endpoints.MapGet("/models", (HttpContext context, ImageModels models) =>
            new ModelsResponse([.. models.All.Where(model => context.Caller().MayUse(model.Name)).Select(model => new ModelObject(model.Name, since))]));
        endpoints.MapGet("/models/{*id}", (string id, ImageModels models, HttpContext context, ApiErrorWriter errors) =>
        {
            if (models.Find(id) is not { } model) return errors.WriteAsync(context, models.NotFound(id));
            return context.Caller().MayUse(model.Name)
                ? context.Response.WriteAsJsonAsync(new ModelObject(model.Name, since), context.RequestAborted)
                : errors.WriteAsync(context, Refusals.Model(context.Caller(), model.Name));
        });
    }
}
