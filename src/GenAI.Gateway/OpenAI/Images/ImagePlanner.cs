using GenAI.Contracts.Models;
using GenAI.Gateway.Generation;
using GenAI.Gateway.Generation.ComfyUI;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>Turns a request into jobs, one for each image. Pure.</summary>
internal static class ImagePlanner
{
    private const double VividFactor = 1.25;

    public static ImageJob[] Plan(
        ImageRequest request, ImageSize size, long seed, ModelDefinition model, TextToImageOptions profile, WorkflowTemplate? template) =>
    [
        .. Enumerable.Range(0, request.Count).Select(index => new ImageJob
        {
            Prompt = request.Prompt,
            Width = size.Width,
            Height = size.Height,
            Steps = Steps(request.Quality, profile),
            Guidance = request.Vivid ? profile.Guidance * VividFactor : profile.Guidance,
            Seed = SeedSequence.At(seed, index),
            Checkpoint = model.Checkpoint,
            Template = template,
        }),
    ];

    private static int Steps(ImageQuality quality, TextToImageOptions profile) => quality switch
    {
        ImageQuality.Low => profile.LowSteps,
        ImageQuality.High => profile.HighSteps,
        _ => profile.MediumSteps,
    };
}
