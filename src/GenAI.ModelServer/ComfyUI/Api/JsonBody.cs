using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ServiceDefaults.Json;
using Microsoft.AspNetCore.Http.Features;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary>
/// The JSON object of a request's body, bound by ASP.NET Core as a handler's parameter. What is wrong with it is kept,
/// so that the handler answers in ComfyUI's shape.
/// </summary>
internal sealed class JsonBody
{
    private JsonBody(JsonObject? json, IResult? problem, bool isEmpty = false) => (Json, Problem, IsEmpty) = (json ?? [], problem, isEmpty);

    /// <summary>The request has no body at all, which for most routes is a <see cref="Problem"/> too.</summary>
    public bool IsEmpty { get; }

    /// <summary>Empty when there is a <see cref="Problem"/>.</summary>
    public JsonObject Json { get; }

    /// <summary>The answer to give when the body is no JSON object.</summary>
    public IResult? Problem { get; }

    public static async ValueTask<JsonBody> BindAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }) return Nothing();
        try
        {
            var root = await JsonText.ReadAsync(context.Request.Body, context.RequestAborted);
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

    private static JsonBody Nothing() => Refuse("the body is empty; expected a JSON object", isEmpty: true);

    private static JsonBody Refuse(string details, bool isEmpty = false) =>
        new(null, ComfyResults.Error(new PromptError("invalid_prompt", "Invalid request body", details)), isEmpty);
}
