using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary>
/// The JSON object of a request's body, bound by ASP.NET Core as a handler's parameter. What is wrong with it is kept,
/// so that the handler answers in ComfyUI's shape.
/// </summary>
internal sealed class JsonBody
{
    private JsonBody(JsonObject? json, IResult? problem) => (Json, Problem) = (json ?? [], problem);

    /// <summary>Empty when there is a <see cref="Problem"/>.</summary>
    public JsonObject Json { get; }

    /// <summary>The answer to give when the body is no JSON object.</summary>
    public IResult? Problem { get; }

    public static async ValueTask<JsonBody> BindAsync(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, JsonText.Strict, context.RequestAborted);
            var root = document.RootElement.Clone();
            JsonText.EnsureReadable(root);
            return root.ValueKind == JsonValueKind.Object
                ? new JsonBody(JsonObject.Create(root), null)
                : Refuse($"the body must be a JSON object, got {root.ValueKind.ToString().ToLowerInvariant()}");
        }
        catch (JsonException exception)
        {
            return Refuse($"the body is not valid JSON: {exception.Message}");
        }
        catch (BadHttpRequestException exception)
        {
            return new JsonBody(null, RequestLimits.Refusal(exception));
        }
    }

    private static JsonBody Refuse(string details) =>
        new(null, ComfyResults.Error(new PromptError("invalid_prompt", "Invalid request body", details)));
}
