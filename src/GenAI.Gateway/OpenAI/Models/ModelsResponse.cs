using System.Text.Json.Serialization;

namespace GenAI.Gateway.OpenAI.Models;

public sealed record ModelsResponse([property: JsonPropertyName("data")] IReadOnlyList<ModelObject> Data)
{
    [JsonPropertyName("object")]
    public string Kind => "list";
}

/// <param name="Id">The model's name.</param>
/// <param name="Created">When this gateway began to offer it, in Unix seconds.</param>
public sealed record ModelObject([property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("created")] long Created)
{
    [JsonPropertyName("object")]
    public string Kind => "model";

    [JsonPropertyName("owned_by")]
    public string OwnedBy => "genai";
}
