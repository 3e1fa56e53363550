using GenAI.ModelServer.Jobs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer.StableDiffusion;

/// <summary>The API of a Stable Diffusion 3.5 server: one request, some images of one prompt.</summary>
internal static class StableDiffusionDialect
{
    public static void AddStableDiffusion(this IServiceCollection services) => services.AddJobs<GenerateJob, GenerateRunner>();

    public static void MapStableDiffusion(this WebApplication app)
    {
        app.MapGenerateApi();
        app.MapGet("/health", GetHealth);
    }

    private static HealthResponse GetHealth(JobQueue<GenerateJob> queue, ModelServerOptions options, LoadedModels models) =>
        new("ok", options.Model, LoadScore.Of(queue.Count), queue.Count, ServerVersion.Text, ServerVersion.Engine, models.Files);
}
