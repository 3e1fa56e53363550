namespace GenAI.Gateway.Errors;

/// <summary>How one of the APIs writes an error.</summary>
internal interface IErrorShape
{
    string ContentType { get; }

    /// <summary>The body, to be written as JSON.</summary>
    object Body(ApiError error, string traceId);
}
