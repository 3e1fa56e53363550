using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts;
using GenAI.Gateway.ComfyUI.Graphs;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Images;

/// <summary>What an instance is asked for one image, in its dialect. Pure.</summary>
internal static class ImagePayloads
{
    public static (byte[] Payload, JobDemand Demand) Build(ImageModel model, ImageWork work) =>
        model.Dialect == ModelDialect.ComfyUI ? Graph(model, work) : Generate(work);

    private static (byte[] Payload, JobDemand Demand) Graph(ImageModel model, ImageWork work)
    {
        var pictures = new JsonObject();
        var graph = model.Templates[work.Kind].Fill(work, Add(pictures, work.Picture), Add(pictures, work.Mask));
        // It reads what came over the wire: numbers of any type, which values made here are not.
        var demand = GraphDemandReader.Read(JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(graph))!.AsObject(), work.Checkpoint);
        // What it is made of has no size before the instance has it; the workflow scales it to this one.
        if (work.Picture is not null) demand = demand with { Pixels = (long)work.Size.Width * work.Size.Height };
        var payload = new JsonObject { ["prompt"] = graph };
        if (pictures.Count > 0) payload[PayloadPictures.Member] = pictures;
        return (JsonSerializer.SerializeToUtf8Bytes(payload), demand);
    }

    private static (byte[] Payload, JobDemand Demand) Generate(ImageWork work)
    {
        var body = new JsonObject
        {
            ["prompt"] = work.Prompt,
            ["negative_prompt"] = work.NegativePrompt,
            ["width"] = work.Size.Width,
            ["height"] = work.Size.Height,
            ["num_inference_steps"] = work.Steps,
            ["guidance_scale"] = work.Guidance,
            ["seed"] = work.Seed,
            ["num_images_per_prompt"] = 1,
            ["output_format"] = work.Format,
        };
        var demand = new JobDemand { Checkpoint = work.Checkpoint, Steps = work.Steps, Pixels = (long)work.Size.Width * work.Size.Height };
        return (JsonSerializer.SerializeToUtf8Bytes(body), demand);
    }

    /// <returns>The name by which the graph finds the picture at the instance.</returns>
    private static string? Add(JsonObject pictures, Picture? picture)
    {
        if (picture is null) return null;
        pictures[picture.FileName] = Convert.ToBase64String(picture.Bytes);
        return PayloadPictures.NameAtInstance(picture.FileName);
    }
}
