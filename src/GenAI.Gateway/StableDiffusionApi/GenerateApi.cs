using System.Globalization;
using GenAI.Contracts;
using GenAI.Contracts.Models;
using GenAI.Gateway.Access;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using GenAI.Gateway.Routing;

namespace GenAI.Gateway.StableDiffusionApi;

/// <summary>
/// <c>POST /models/{name}/generate</c>, on the queue, for each model of the Stable Diffusion dialect; everything else of such a model is its
/// instances' own. Answers JSON; the image itself with <c>Accept: image/png</c>; events with <c>Accept: text/event-stream</c>.
/// </summary>
internal static class GenerateApi
{
    private const int MaxBodyBytes = 1 << 20;

    private const int MaxDepth = 8;

    public static IServiceCollection AddStableDiffusion(this IServiceCollection services) => services.AddSingleton<GenerateHandler>();

    public static void MapStableDiffusion(this IEndpointRouteBuilder endpoints)
    {
        var (catalog, models) = (endpoints.ServiceProvider.GetRequiredService<ModelCatalog>(), endpoints.ServiceProvider.GetRequiredService<ImageModels>());
        foreach (var definition in catalog.Models.Where(model => model.Dialect == ModelDialect.StableDiffusion))
        {
            // One that has no entry among the image models has its own API all the same.
            var model = models.Find(definition.Name)
                ?? new ImageModel(definition.Name, definition.Dialect, definition.Checkpoint, new ImageModelOptions(), new Dictionary<WorkflowKind, WorkflowTemplate>());
            endpoints.MapPost($"{ModelPaths.Prefix}/{model.Name}/generate", (HttpContext context) => GenerateAsync(context, model));
        }
    }

    private static async Task GenerateAsync(HttpContext context, ImageModel model)
    {
        var services = context.RequestServices;
        var handler = services.GetRequiredService<GenerateHandler>();
        if (await TryAsync() is { } failed) await services.GetRequiredService<ApiErrorWriter>().WriteAsync(context, failed);

        async Task<ApiError?> TryAsync()
        {
            var (terms, error) = OrderTerms.Read(context.Request, "generate");
            if (terms is null) return error;
            (var request, error) = await ReadAsync(context, model);
            if (request is null) return error;
            if (AcceptedAnswers.Choose(context.Request, request) is not { } accepted) return NoneAccepted(context.Request, request);
            if (accepted == AnswerKind.Image && request.Count > 1) return OneImage(request);

            (var batch, error) = await handler.SubmitAsync(request, model, context.Caller(), terms, context.RequestAborted);
            if (batch is null) return error;
            context.Response.ShowJobs(batch);
            if (accepted == AnswerKind.Events)
            {
                await handler.StreamAsync(context, batch);
                return null;
            }

            (var answer, error) = await handler.FinishAsync(batch, context.RequestAborted);
            if (answer is null) return error;
            await WriteAsync(context, request, answer, accepted);
            return null;
        }
    }

    private static Task WriteAsync(HttpContext context, GenerateRequest request, GenerateAnswer answer, AnswerKind kind)
    {
        if (kind != AnswerKind.Image) return context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
        context.Response.Headers["X-GenAI-Seed"] = answer.Seed.ToString(CultureInfo.InvariantCulture);
        context.Response.ContentType = $"image/{request.Format}";
        context.Response.ContentLength = answer.Images[0].Length;
        return context.Response.Body.WriteAsync(answer.Images[0], context.RequestAborted).AsTask();
    }

    private static async Task<(GenerateRequest? Request, ApiError? Error)> ReadAsync(HttpContext context, ImageModel model)
    {
        var (body, error) = await context.ReadJsonAsync(MaxBodyBytes, MaxDepth);
        return body is not { } json ? (null, error) : GenerateReader.Read(json, model);
    }

    private static ApiError NoneAccepted(HttpRequest http, GenerateRequest request) =>
        new(StatusCodes.Status406NotAcceptable, "not_acceptable",
            $"The client accepts '{http.Headers.Accept}'; there is application/json, image/{request.Format} and text/event-stream.");

    private static ApiError OneImage(GenerateRequest request) =>
        new(StatusCodes.Status406NotAcceptable, "not_acceptable",
            $"An image's own content type holds one image; num_images_per_prompt is {request.Count}. Accept application/json instead.");
}
