namespace GenAI.Gateway.Errors;

/// <summary>
/// <c>{"error","detail","body","errors"}</c>, and for a member with a bad value (422) FastAPI's <c>{"detail":[{"loc","msg","type"}]}</c>;
/// our <c>trace_id</c> is beside them.
/// </summary>
internal sealed class Automatic1111ErrorShape : IErrorShape
{
    public string ContentType => "application/json; charset=utf-8";

    public object Body(ApiError error, string traceId) =>
        error is { Status: StatusCodes.Status422UnprocessableEntity, Param: { } member }
            ? new Automatic1111ValidationBody([new(["body", member], error.Message, error.Code)], traceId)
            : new Automatic1111ErrorBody(error.Code, error.Message, "", error.Message, traceId);
}
