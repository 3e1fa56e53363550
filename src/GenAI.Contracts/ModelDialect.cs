using System.Text.Json.Serialization;

namespace GenAI.Contracts;

/// <summary>The API that a model server speaks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelDialect>))]
public enum ModelDialect
{
    /// <summary>Workflows as node graphs: <c>/prompt</c>, <c>/history</c>, <c>/view</c>, <c>/ws</c>.</summary>
    [JsonStringEnumMemberName("comfyui")] ComfyUI,

    /// <summary>One request, one image: <c>/generate</c>, <c>/health</c>, <c>/metrics</c>.</summary>
    [JsonStringEnumMemberName("stable-diffusion")] StableDiffusion,
}
