using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Files;
using GenAI.Gateway.ComfyUI.Graphs;
using GenAI.Gateway.ComfyUI.Sockets;
using GenAI.Gateway.ComfyUI.Uploads;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Capabilities;

/// <summary>What the fleet is and has: <c>/system_stats</c>, <c>/object_info</c>, <c>/models</c> and their like, of all instances together.</summary>
internal static class SystemApi
{
    public static void MapSystem(this OwnedRoutes routes)
    {
        routes.Get("/system_stats", GetStats);
        routes.Get("/object_info", GetNodes);
        routes.Get("/object_info/{name}", GetNode);
        routes.Get("/models", (VirtualComfyUI comfy, FleetQuestions fleet, CancellationToken cancelled) => ListAsync(comfy.Model, "/models", fleet, cancelled));
        routes.Get("/models/{folder}", (VirtualComfyUI comfy, string folder, FleetQuestions fleet, CancellationToken cancelled) =>
            ListAsync(comfy.Model, $"/models/{Uri.EscapeDataString(folder)}", fleet, cancelled));
        routes.Get("/embeddings", (VirtualComfyUI comfy, FleetQuestions fleet, CancellationToken cancelled) => ListAsync(comfy.Model, "/embeddings", fleet, cancelled));
        routes.Get("/extensions", (VirtualComfyUI comfy, FleetQuestions fleet, CancellationToken cancelled) => ListAsync(comfy.Model, "/extensions", fleet, cancelled));
        routes.Get("/features", (IOptions<ComfyUIOptions> options) => Answers.Json(ServerFeatures.Describe(options.Value.Uploads.MaxFileBytes)));
        routes.Get("/view_metadata/{folder}", GetMetadata);
    }

    /// <summary>Inputs of uploads list the caller's files beside those of the instances.</summary>
    private static async Task<IResult> GetNodes(
        VirtualComfyUI comfy, InstanceCapabilities capabilities, FleetQuestions fleet, UploadStore uploads, CancellationToken cancellationToken)
    {
        var library = await capabilities.LibraryAsync(comfy.Model, cancellationToken);
        if (library == NodeLibrary.Empty) return fleet.Unavailable(comfy.Model);
        var files = await uploads.ListInputsAsync(comfy.Caller.Id, cancellationToken);
        if (files.Count == 0) return Answers.Json(library.Json);
        return Answers.Json((writer, _) =>
        {
            library.Write(writer, spec => UploadChoices.Fitting(spec, files, PictureViews.ContentTypeOf));
            return Task.CompletedTask;
        });
    }

    /// <summary>A class that no instance has is an empty object, as in ComfyUI.</summary>
    private static async Task<IResult> GetNode(
        VirtualComfyUI comfy, string name, InstanceCapabilities capabilities, FleetQuestions fleet, UploadStore uploads, CancellationToken cancellationToken)
    {
        var library = await capabilities.LibraryAsync(comfy.Model, cancellationToken);
        if (library == NodeLibrary.Empty) return fleet.Unavailable(comfy.Model);
        var files = await uploads.ListInputsAsync(comfy.Caller.Id, cancellationToken);
        return Answers.Json(library.Describe(name, spec => UploadChoices.Fitting(spec, files, PictureViews.ContentTypeOf)) is { } description
            ? new JsonObject { [name] = description }
            : []);
    }

    /// <summary>Every item that one of them lists, in the order in which they come.</summary>
    private static async Task<IResult> ListAsync(FleetModel model, string path, FleetQuestions fleet, CancellationToken cancellationToken)
    {
        var lists = (await fleet.AskAllAsync(model, path, cancellationToken)).Select(answer => answer.Answer).OfType<JsonArray>().ToArray();
        if (lists.Length == 0)
        {
            // None has such a folder, or none answers: the second is worth trying again.
            return (await fleet.AskAllAsync(model, "/models", cancellationToken)).Count > 0 ? Results.NotFound() : fleet.Unavailable(model);
        }

        var items = lists.SelectMany(list => list).DistinctBy(item => item?.ToJsonString(), StringComparer.Ordinal);
        return Answers.Json(new JsonArray([.. items.Select(item => item?.DeepClone())]));
    }

    /// <summary>The machine of the first instance, and the devices of all of them.</summary>
    private static async Task<IResult> GetStats(VirtualComfyUI comfy, FleetQuestions fleet, CancellationToken cancellationToken)
    {
        var answers = await fleet.AskAllAsync(comfy.Model, "/system_stats", cancellationToken);
        if (answers.Count == 0) return fleet.Unavailable(comfy.Model);

        var devices = new JsonArray();
        foreach (var (instance, answer) in answers)
        {
            foreach (var device in (answer["devices"] as JsonArray ?? []).OfType<JsonObject>())
            {
                var copy = device.DeepClone().AsObject();
                copy["index"] = devices.Count;
                copy["genai_instance"] = instance.Id;
                devices.Add((JsonNode)copy);
            }
        }

        return Answers.Json(new JsonObject
        {
            ["system"] = answers[0].Answer["system"]?.DeepClone() ?? new JsonObject(),
            ["devices"] = devices,
            ["genai"] = new JsonObject
            {
                ["model"] = comfy.Name,
                ["instances"] = new JsonArray([.. comfy.Model.Instances.Select(instance => (JsonNode)new JsonObject
                {
                    ["id"] = instance.Id, ["state"] = instance.State.ToString().ToLowerInvariant(),
                })]),
            },
        });
    }

    private static async Task<IResult> GetMetadata(VirtualComfyUI comfy, string folder, string? filename, FleetQuestions fleet, CancellationToken cancellationToken)
    {
        var path = $"/view_metadata/{Uri.EscapeDataString(folder)}?filename={Uri.EscapeDataString(filename ?? "")}";
        var answers = await fleet.AskAllAsync(comfy.Model, path, cancellationToken);
        return answers.Count > 0 ? Answers.Json(answers[0].Answer.DeepClone()) : Results.NotFound();
    }
}
