using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>What retries, ejection and error answers are decided by.</summary>
internal sealed class ForwardingFailure(ForwarderError error, Exception? exception) : IForwarderErrorFeature
{
    public ForwarderError Error => error;

    public Exception? Exception => exception;
}
