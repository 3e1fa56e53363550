using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Files;

/// <summary>An image as nodes show it: <c>{filename, subfolder, type}</c>.</summary>
internal readonly record struct ImageReference(string Filename, string Subfolder, string Type)
{
    public bool Exists(ServerFolders folders) =>
        folders.Root(Type) is { } root && ServerFolders.Resolve(root, Subfolder, Filename) is { } path && File.Exists(path);
}

internal static class ImageReferences
{
    /// <summary>The images of a node's <c>{"images": […]}</c>.</summary>
    public static IEnumerable<ImageReference> In(JsonNode? ui) =>
        (ui?["images"] as JsonArray ?? []).OfType<JsonObject>()
        .Select(image => new ImageReference(
            image["filename"]!.GetValue<string>(), image["subfolder"]!.GetValue<string>(), image["type"]!.GetValue<string>()));
}
