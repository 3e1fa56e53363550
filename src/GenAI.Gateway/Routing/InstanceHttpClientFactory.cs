using System.Text;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing;

/// <summary>YARP's client to the instances, with our time to connect: an instance whose machine is gone must not hold a request for long.</summary>
internal sealed class InstanceHttpClientFactory(IOptions<GatewayOptions> options, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = options.Value.ConnectTimeout;
        // A busy instance may take a while to say whether it wants a large body (PassThroughTransforms asks).
        handler.Expect100ContinueTimeout = options.Value.ConnectTimeout;
        // As the server has read them. The client's default is ASCII, with which a name in a header would fail the request.
        handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8;
    }
}
