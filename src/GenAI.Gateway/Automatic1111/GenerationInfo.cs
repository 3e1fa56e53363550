using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Images;

namespace GenAI.Gateway.Automatic1111;

/// <summary>What the web UI tells of images that it has made, as JSON and as its line of parameters. Pure.</summary>
internal static class GenerationInfo
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="works">Those of the images that are answered.</param>
    public static string Json(MakeRequest request, ImageModel model, IReadOnlyList<ImageWork> works, DateTimeOffset begunAt)
    {
        var first = works[0].Seed;
        var info = new JsonObject
        {
            ["prompt"] = request.Prompt,
            ["all_prompts"] = Each(works, work => work.Prompt),
            ["negative_prompt"] = request.NegativePrompt,
            ["all_negative_prompts"] = Each(works, work => work.NegativePrompt),
            ["seed"] = first,
            ["all_seeds"] = Each(works, work => work.Seed),
            ["subseed"] = first,
            ["all_subseeds"] = Each(works, work => work.Seed),
            ["subseed_strength"] = 0,
            ["width"] = request.Size.Width,
            ["height"] = request.Size.Height,
            ["sampler_name"] = request.Sampler.Name,
            ["cfg_scale"] = request.Guidance,
            ["steps"] = request.Steps,
            ["batch_size"] = request.BatchSize,
            ["restore_faces"] = false,
            ["face_restoration_model"] = null,
            ["sd_model_name"] = model.Name,
            ["sd_model_hash"] = null,
            ["sd_vae_name"] = null,
            ["sd_vae_hash"] = null,
            ["seed_resize_from_w"] = -1,
            ["seed_resize_from_h"] = -1,
            ["denoising_strength"] = request.Picture is null ? null : request.Strength,
            ["extra_generation_params"] = new JsonObject { ["Schedule type"] = request.Scheduler.Label },
            ["index_of_first_image"] = 0,
            ["infotexts"] = Each(works, work => Text(request, model, work.Seed)),
            ["styles"] = new JsonArray(),
            ["job_timestamp"] = Timestamp(begunAt),
            ["clip_skip"] = 1,
            ["is_using_inpainting_conditioning"] = false,
            ["version"] = "GenAI",
        };
        return info.ToJsonString(Relaxed);
    }

    public static string Timestamp(DateTimeOffset time) => time.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static string Text(MakeRequest request, ImageModel model, long seed)
    {
        var negative = request.NegativePrompt.Length == 0 ? "" : $"\nNegative prompt: {request.NegativePrompt}";
        var strength = request.Picture is null ? "" : string.Create(CultureInfo.InvariantCulture, $", Denoising strength: {request.Strength}");
        return string.Create(CultureInfo.InvariantCulture,
            $"{request.Prompt}{negative}\nSteps: {request.Steps}, Sampler: {request.Sampler.Name}, Schedule type: {request.Scheduler.Label}, "
            + $"CFG scale: {request.Guidance}, Seed: {seed}, Size: {request.Size}, Model: {model.Name}{strength}, Version: GenAI");
    }

    private static JsonArray Each<T>(IReadOnlyList<ImageWork> works, Func<ImageWork, T> value) => [.. works.Select(work => (JsonNode?)JsonValue.Create(value(work)))];
}
