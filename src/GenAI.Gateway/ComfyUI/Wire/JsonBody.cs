using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Errors;
using GenAI.ServiceDefaults.Json;
using Microsoft.AspNetCore.Http.Features;

namespace GenAI.Gateway.ComfyUI.Wire;

/// <summary>
/// The JSON object of a request's body, bound by ASP.NET Core as a handler's parameter. What is wrong with it is kept,
/// so that the handler answers in ComfyUI's shape.
/// </summary>
internal sealed class JsonBody
{
    private JsonBody(JsonObject? json, string? problem, bool isEmpty = false) => (Json, Details, IsEmpty) = (json ?? [], problem, isEmpty);

    /// <summary>The request has no body at all, which for most routes is a <see cref="Problem"/> too.</summary>
    public bool IsEmpty { get; }

    /// <summary>Empty when there is a <see cref="Problem"/>.</summary>
    public JsonObject Json { get; }

    /// <summary>What is wrong with the body.</summary>
    public string? Details { get; }

    /// <summary>The answer to give when the body is no JSON object.</summary>
    public IResult? Problem => Details is null
        ? null
        : Answers.Error(new ApiError(StatusCodes.Status400BadRequest, "invalid_prompt", "Invalid request body") { Param = Details });

    public static async ValueTask<JsonBody> BindAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return new JsonBody(null, "the body is empty; expected a JSON object", isEmpty: true);
        if (context.Request.EncodingProblem() is { } problem) return new JsonBody(null, $"the body {problem}");
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var root = JsonText.Read(PythonJson.OfClient(body.ToArray()));
            return root.ValueKind == JsonValueKind.Object
                ? new JsonBody(JsonObject.Create(root), null)
                : new JsonBody(null, $"the body must be a JSON object, got {root.ValueKind.ToString().ToLowerInvariant()}");
        }
        catch (JsonException exception)
        {
            return new JsonBody(null, $"the body is not valid JSON: {exception.Message}");
        }
    }
}
