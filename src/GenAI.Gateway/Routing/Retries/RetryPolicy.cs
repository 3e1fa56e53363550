using GenAI.Gateway.Routing.Balancing;
using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing.Retries;

/// <summary>Which failed request may be given to another instance without the risk that its work is done twice. Pure.</summary>
internal static class RetryPolicy
{
    /// <summary>
    /// Whether the request failed at connecting (refused, no such name, no TLS session), so that the instance has seen nothing of it.
    /// </summary>
    public static bool NeverSent(ForwarderError error, Exception? exception) =>
        error == ForwarderError.Request
        && exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        };

    /// <param name="error">How the first attempt ended.</param>
    /// <param name="exception">Its cause.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="hasBody">Whether the request has a body.</param>
    /// <param name="balancing">The name of the model's load balancing policy.</param>
    /// <remarks>
    /// A request without a body that loses a kept connection is sent again by the HTTP client on a new one. If that one is refused it looks
    /// as if it had never been sent; so of these only GET and HEAD are tried elsewhere, which may be done twice (RFC 9110, 9.2.2).
    /// Where the client is bound to its instance, another one would answer GET /history/… wrongly while the right one lives.
    /// </remarks>
    public static bool MayRetry(ForwarderError error, Exception? exception, string method, bool hasBody, string? balancing)
    {
        var isRead = !hasBody && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method));
        if (NeverSent(error, exception)) return hasBody || isRead;
        return error == ForwarderError.Request && isRead && balancing != ClientAffinityPolicy.PolicyName;
    }
}
