using System.Net;
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.Webhooks;

/// <summary>Where a request wants its jobs' ends reported. Pure.</summary>
internal static class WebhookAddress
{
    public const string Header = "X-GenAI-Webhook";

    private const int Longest = 2048;

    /// <summary>Neither, when the request wants none. Where a name leads is looked at when it is used.</summary>
    public static (Uri? Address, ApiError? Error) Read(HttpRequest request, bool allowPrivate)
    {
        var values = request.Headers[Header];
        if (values.Count == 0) return (null, null);
        var schemes = allowPrivate ? "http or https" : "https";
        if (values.Count > 1 || values[0] is not { Length: <= Longest } text || !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || !(address.Scheme == Uri.UriSchemeHttps || (allowPrivate && address.Scheme == Uri.UriSchemeHttp)) || address.UserInfo.Length > 0)
            return (null, Bad($"The header {Header} must be one absolute {schemes} address of up to {Longest} characters, without a user name."));

        return !allowPrivate && IPAddress.TryParse(address.DnsSafeHost, out var ip) && !PublicAddresses.IsPublic(ip)
            ? (null, Bad($"The header {Header} names {ip}, which is no public address."))
            : (address, null);
    }

    private static ApiError Bad(string message) => new(StatusCodes.Status400BadRequest, "invalid_webhook", message) { Param = Header };
}
