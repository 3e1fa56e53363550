using Microsoft.Net.Http.Headers;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>Headers that belong to one connection and are not passed on, in either direction: the ones that YARP leaves out too.</summary>
internal static class HopHeaders
{
    public static readonly string[] Names =
    [
        HeaderNames.Connection,
        HeaderNames.TransferEncoding,
        HeaderNames.KeepAlive,
        HeaderNames.Upgrade,
        HeaderNames.ProxyConnection,
        HeaderNames.ProxyAuthenticate,
        "Proxy-Authentication-Info",
        HeaderNames.ProxyAuthorization,
        "Proxy-Features",
        "Proxy-Instruction",
        "Security-Scheme",
        "ALPN",
        "Close",
        "HTTP2-Settings",
        HeaderNames.UpgradeInsecureRequests,
        HeaderNames.TE,
        HeaderNames.AltSvc,
    ];
}
