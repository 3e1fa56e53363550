using System.Diagnostics;
using GenAI.Gateway.Access;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>From a valid request for images to its jobs, and from those to its answer.</summary>
internal sealed class ImagesHandler(ImageModels models, ImageDesk desk, ImageAddresses addresses, IOptions<ImagesOptions> options, TimeProvider clock)
{
    public async Task<(ImageBatch? Batch, ApiError? Error)> SubmitAsync(
        ImageRequest request, Caller caller, OrderTerms terms, CancellationToken cancellationToken)
    {
        var (model, error) = models.Choose(request.Model, caller);
        if (model is null) return (null, error);
        if (!model.Options.Formats.Contains(request.Format)) return (null, NoFormat(model, request.Format));

        Activity.Current?.SetTag("gen_ai.request.model", model.Name).SetTag("user.id", request.User);
        var size = request.Size ?? (request.Picture is { } picture ? ImageSize.Nearest(picture.Width, picture.Height) : DefaultSize());
        return await desk.SubmitAsync(
            new ImageOrder
            {
                Caller = caller,
                Model = model,
                Source = JobSource.OpenAI,
                Works = ImagePlanner.Plan(request, size, request.Seed ?? terms.DrawSeed(caller), model),
                Terms = terms,
            },
            cancellationToken);
    }

    /// <param name="root">The gateway's address as the client sees it.</param>
    public async Task<(ImagesResponse? Response, ApiError? Error)> FinishAsync(
        ImageRequest request, ImageBatch batch, Uri? root, CancellationToken cancellationToken)
    {
        var (images, error) = await desk.FinishAsync(batch, cancellationToken);
        if (images is null) return (null, error);
        var data = new List<ImageData>();
        foreach (var image in images)
        {
            try
            {
                data.Add(request.AsUrl is true
                    ? new ImageData { Url = new Uri(root!, addresses.Of(image.Hash, image.ContentType)), Seed = image.Work.Seed }
                    : new ImageData { Image = await desk.ReadAsync(image, cancellationToken), Seed = image.Work.Seed });
            }
            catch (FileNotFoundException)
            {
                return (null, ImageErrors.Forgotten(image.Job));
            }
        }

        return (new ImagesResponse(
            clock.GetUtcNow().ToUnixTimeSeconds(), data, Background: "opaque", OutputFormat: images[0].Format, Quality: QualityOf(request), Size: $"{images[0].Work.Size}"), null);
    }

    public static string QualityOf(ImageRequest request) => request.Quality.ToString().ToLowerInvariant();

    private ImageSize DefaultSize() =>
        ImageSize.TryParse(options.Value.DefaultSize, out var size) ? size : throw new UnreachableException("The validator has parsed it.");

    private static ApiError NoFormat(ImageModel model, string format) =>
        new(StatusCodes.Status400BadRequest, "unsupported_value",
            $"Unsupported value: 'output_format' cannot be '{format}' with the model '{model.Name}'; it makes {string.Join(", ", model.Options.Formats)}.") { Param = "output_format" };
}
