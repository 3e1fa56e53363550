using System.Text.Json.Nodes;

namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>What the gateway tells a client that it can do, on the socket and at <c>/features</c>.</summary>
internal static class ServerFeatures
{
    public static JsonObject Describe(long uploadBytes) => new()
    {
        ["supports_preview_metadata"] = true,
        ["max_upload_size"] = uploadBytes,
        ["supports_model_type_tags"] = false,
        ["extension"] = new JsonObject(),
        ["node_replacements"] = false,
        ["assets"] = false,
    };
}
