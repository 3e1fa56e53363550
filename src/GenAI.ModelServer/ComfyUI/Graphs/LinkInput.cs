using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>What only another node can give: a model, a latent, an image.</summary>
internal sealed record LinkInput(string Name, string Type) : InputSpec(Name, Type)
{
    public override JsonArray Describe() => [Type, new JsonObject()];

    public override Literal Read(JsonNode? value) => WrongType(value, $"expected a link [node id, output index] to an output of type {Type}");
}
