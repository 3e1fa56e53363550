namespace GenAI.Gateway.Errors;

/// <summary><c>{"error":{"message","type","param","code"}}</c>, with our <c>trace_id</c> beside them.</summary>
internal sealed class OpenAIErrorShape : IErrorShape
{
    public string ContentType => "application/json; charset=utf-8";

    public object Body(ApiError error, string traceId) =>
        new OpenAIErrorBody(new OpenAIErrorDetail(error.Message, TypeOf(error.Status), error.Param, error.Code, traceId));

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        < 500 => "invalid_request_error",
        _ => "server_error",
    };
}
