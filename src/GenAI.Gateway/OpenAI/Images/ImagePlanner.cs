using GenAI.Gateway.Images;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>Turns a request into its images, each with every choice made. Pure.</summary>
internal static class ImagePlanner
{
    private const double VividFactor = 1.25;

    public static ImageWork[] Plan(ImageRequest request, ImageSize size, long seed, ImageModel model) =>
        SeedSequence.Spread(
            new ImageWork
            {
                Prompt = request.Prompt,
                Size = size,
                Steps = Steps(request.Quality, model.Options),
                Guidance = request.Vivid ? model.Options.Guidance * VividFactor : model.Options.Guidance,
                Seed = seed,
                Checkpoint = model.Checkpoint,
                Sampler = model.Options.Sampler,
                Scheduler = model.Options.Scheduler,
                Format = request.Format,
                Picture = request.Picture,
                Mask = request.Mask,
                Strength = request.Strength,
            },
            request.Count);

    private static int Steps(ImageQuality quality, ImageModelOptions profile) => quality switch
    {
        ImageQuality.Low => profile.LowSteps,
        ImageQuality.High => profile.HighSteps,
        _ => profile.MediumSteps,
    };
}
