using System.Diagnostics;
using System.Threading.RateLimiting;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Generation;
using GenAI.Gateway.OpenAI.Models;
using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary><c>POST /v1/images/generations</c> from a valid request to its images or its error.</summary>
internal sealed class ImagesHandler(
    Fleet fleet,
    ImageGenerator generator,
    OpenAIModels models,
    TemplateLibrary templates,
    ImageFiles files,
    IOptions<OpenAIOptions> options,
    IOptions<GatewayOptions> gateway,
    TimeProvider clock) : IDisposable
{
    private readonly ConcurrencyLimiter _slots = new(new ConcurrencyLimiterOptions { PermitLimit = options.Value.MaxConcurrentImages });

    /// <param name="request">What is asked for.</param>
    /// <param name="addressOf">The address of a kept image, by its id.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async Task<(ImagesResponse? Response, ApiError? Error)> GenerateAsync(
        ImageRequest request, Func<string, Uri> addressOf, CancellationToken cancellationToken)
    {
        var name = request.Model ?? options.Value.DefaultModel;
        if (!fleet.Current.TryGetModel(name, out var model)) return (null, models.NotFound(name));
        if (model.Definition is null || !options.Value.Models.TryGetValue(model.Name, out var profile)) return (null, NoTextToImage(model.Name));
        Activity.Current?.SetTag("gen_ai.request.model", model.Name).SetTag("user.id", request.User);

        using var slots = _slots.AttemptAcquire(request.Count);
        if (!slots.IsAcquired) return (null, TooMany());

        var size = request.Size ?? DefaultSize();
        var jobs = ImagePlanner.Plan(request, size, request.Seed ?? SeedSequence.Draw(), model.Definition, profile, templates.Find(profile.Template));
        using var limit = new CancellationTokenSource(options.Value.GenerationTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var images = await generator.GenerateAsync(model, jobs, either.Token);
            return (Respond(request, size, jobs, images, addressOf), null);
        }
        catch (ModelUnavailableException exception)
        {
            return (null, new ApiError(StatusCodes.Status503ServiceUnavailable, "model_unavailable", exception.Message)
            {
                Param = "model",
                RetryAfter = gateway.Value.RetryAfter,
            });
        }
        catch (JobRefusedException exception)
        {
            return (null, new ApiError(StatusCodes.Status502BadGateway, "generation_failed", exception.Message) { Retry = false });
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, new ApiError(StatusCodes.Status504GatewayTimeout, "generation_timeout",
                $"The images were not done within {options.Value.GenerationTimeout}.") { Retry = false });
        }
    }

    public void Dispose() => _slots.Dispose();

    private ImagesResponse Respond(ImageRequest request, ImageSize size, ImageJob[] jobs, byte[][] images, Func<string, Uri> addressOf) =>
        new(
            clock.GetUtcNow().ToUnixTimeSeconds(),
            [
                .. images.Zip(jobs, (image, job) => request.AsUrl
                    ? new ImageData { Url = addressOf(files.Add(image)), Seed = job.Seed }
                    : new ImageData { Image = image, Seed = job.Seed }),
            ],
            Background: "opaque",
            OutputFormat: "png",
            Quality: request.Quality.ToString().ToLowerInvariant(),
            Size: size.ToString());

    private ImageSize DefaultSize() =>
        ImageSize.TryParse(options.Value.DefaultSize, out var size) ? size : throw new UnreachableException("The validator has parsed it.");

    private static ApiError NoTextToImage(string name) =>
        new(StatusCodes.Status400BadRequest, "unsupported_model",
            $"The model '{name}' has no entry under {OpenAIOptions.Section}:Models, so it cannot make images through this API.") { Param = "model" };

    private ApiError TooMany() =>
        new(StatusCodes.Status429TooManyRequests, "too_many_images",
            $"{options.Value.MaxConcurrentImages} images are under way, which is the limit.") { RetryAfter = gateway.Value.RetryAfter };
}
