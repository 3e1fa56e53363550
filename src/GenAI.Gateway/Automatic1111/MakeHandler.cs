using System.Text.Json;
using GenAI.Gateway.Access;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Automatic1111;

/// <summary><c>txt2img</c> and <c>img2img</c> from a valid request to its answer.</summary>
internal sealed class MakeHandler(ImageModels models, ImageDesk desk, Sessions sessions, TimeProvider clock)
{
    public async Task<(ImageBatch? Batch, ApiError? Error)> SubmitAsync(
        MakeRequest request, Caller caller, OrderTerms terms, CancellationToken cancellationToken)
    {
        var name = request.Model ?? sessions.Of(caller).Model;
        var model = name is null ? models.DefaultFor(caller) : ModelTitles.Find(models, name);
        if (model is null) return (null, ModelTitles.NotFound(models, name!));
        return await desk.SubmitAsync(
            new ImageOrder
            {
                Caller = caller, Model = model, Source = JobSource.Automatic1111, Works = Plan(request, model, request.Seed >= 0 ? request.Seed : terms.DrawSeed(caller)), Terms = terms,
            },
            cancellationToken);
    }

    /// <param name="body">What was asked, which the answer repeats.</param>
    public async Task<(MakeAnswer? Answer, ApiError? Error)> FinishAsync(MakeRequest request, JsonElement body, ImageBatch batch, CancellationToken cancellationToken)
    {
        var session = sessions.Of(batch.Order.Caller);
        var live = session.Begin(batch, clock.GetUtcNow());
        try
        {
            var (images, error) = await desk.FinishAsync(batch, cancellationToken, keepDone: () => live.IsInterrupted || live.IsSkipped);
            if (images is null) return (null, error);
            var files = await ReadAsync(images, live, cancellationToken);
            if (files.Count == 0) return (null, Nothing());
            // The one that was not finished is the first.
            var works = images.Count > 0 ? images.Select(image => image.Work) : batch.Order.Works.Take(1);
            var info = GenerationInfo.Json(request, batch.Order.Model, [.. works], live.BegunAt);
            return (new MakeAnswer(request.SendImages ? files : [], Parameters(body), info), null);
        }
        catch (FileNotFoundException exception)
        {
            return (null, new ApiError(StatusCodes.Status410Gone, "image_gone", exception.Message));
        }
        finally
        {
            session.End(live);
        }
    }

    /// <summary>The images that are done; when there is none, the one that was interrupted as far as it was, as the web UI has it.</summary>
    private async Task<List<byte[]>> ReadAsync(IReadOnlyList<MadeImage> images, LiveRequest live, CancellationToken cancellationToken)
    {
        var files = new List<byte[]>();
        foreach (var image in images) files.Add(await desk.ReadAsync(image, cancellationToken));
        if (files.Count == 0 && live.Now.Preview is var (preview, _)) files.Add(preview);
        return files;
    }

    private static ImageWork[] Plan(MakeRequest request, ImageModel model, long seed) =>
        SeedSequence.Spread(
            new ImageWork
            {
                Prompt = request.Prompt,
                NegativePrompt = request.NegativePrompt,
                Size = request.Size,
                Steps = request.Steps,
                Guidance = request.Guidance,
                Seed = seed,
                Checkpoint = model.Checkpoint,
                Sampler = request.Sampler.ComfyUI,
                Scheduler = request.Scheduler.ComfyUI ?? model.Options.Scheduler,
                Picture = request.Picture,
                Mask = request.Mask,
                MaskChannel = "red",
                Strength = request.Strength,
                Crop = request.Crop,
            },
            request.Count);

    private static Dictionary<string, JsonElement> Parameters(JsonElement body)
    {
        var none = JsonSerializer.SerializeToElement<object?>(null);
        // Pictures are not sent back, as in the web UI.
        return body.EnumerateObject().DistinctBy(member => member.Name, StringComparer.Ordinal)
            .ToDictionary(member => member.Name, member => member.Name is "init_images" or "mask" ? none : member.Value.Clone(), StringComparer.Ordinal);
    }

    private static ApiError Nothing() =>
        new(StatusCodes.Status409Conflict, "interrupted", "The request was interrupted before there was anything to see.");
}
