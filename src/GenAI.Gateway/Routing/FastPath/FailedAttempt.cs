using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>
/// A feature of a connection whose first request to the server has failed at an instance already, before there was an answer. The ordinary way
/// takes it for its own first attempt and goes on from there: it counts against the instance, and another one, or an error, follows.
/// </summary>
internal sealed class FailedAttempt(DestinationState destination, Exception exception)
{
    // The server counts the requests of a connection in its identifiers, ConnectionId:RequestCount.
    private const string FirstRequest = ":00000001";

    private bool _isTaken;

    public DestinationState Destination => destination;

    /// <summary>Of this very request, as long as nobody has taken it; null when there was none.</summary>
    public static FailedAttempt? Of(HttpContext context) =>
        context.Features.Get<FailedAttempt>() is { _isTaken: false } attempt && context.TraceIdentifier.EndsWith(FirstRequest, StringComparison.Ordinal) ? attempt : null;

    /// <summary>How it failed; to be told once.</summary>
    public Exception Take()
    {
        _isTaken = true;
        return exception;
    }
}
