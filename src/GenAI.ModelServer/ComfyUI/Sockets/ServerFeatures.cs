using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Sockets;

/// <summary>What the server tells a client that it can do, on the socket and at <c>/features</c>.</summary>
internal static class ServerFeatures
{
    public static JsonObject Describe(long uploadBytes) => new()
    {
        ["supports_preview_metadata"] = true,
        ["supports_model_type_tags"] = false,
        ["max_upload_size"] = uploadBytes,
        ["extension"] = new JsonObject(),
        ["node_replacements"] = false,
        ["assets"] = false,
    };
}
