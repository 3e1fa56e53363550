namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>What an instance's answer can be that is not HTTP, as the HTTP client would have it: the rest of the gateway goes by that.</summary>
internal static class ProtocolErrors
{
    public static HttpRequestException Invalid(string message) => new(HttpRequestError.InvalidResponse, message);

    public static HttpRequestException TooLarge(string message) => new(HttpRequestError.ConfigurationLimitExceeded, message);

    public static HttpRequestException Ended(string message, Exception? cause = null) => new(HttpRequestError.ResponseEnded, message, cause);
}
