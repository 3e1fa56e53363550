using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>
/// A feature of a connection whose first request to the server has failed at an instance already, before there was an answer. The server's
/// own way chooses that instance again, takes the failure for its own attempt and goes on from there: it counts against the instance, and another
/// one is asked, or there is an error that says what happened.
/// </summary>
internal sealed class FailedAttempt(DestinationState destination, Exception exception)
{
    // The server counts the requests of a connection in its identifiers, ConnectionId:RequestCount.
    private const string FirstRequest = ":00000001";

    private bool _isTaken;

    public Exception Exception => exception;

    private DestinationState Destination => destination;

    /// <summary>The instance at which this very request has failed; null when there is none, or it is not among those that may be chosen.</summary>
    public static DestinationState? Choice(HttpContext context, IReadOnlyList<DestinationState> available) =>
        Pending(context)?.Destination is { } failed && available.Contains(failed) ? failed : null;

    /// <summary>The failure of this very request at this instance; null when there was none.</summary>
    public static FailedAttempt? Of(HttpContext context, string destinationPrefix)
    {
        if (Pending(context) is not { } attempt) return null;
        attempt._isTaken = true;
        return string.Equals(attempt.Destination.Model.Config.Address, destinationPrefix, StringComparison.Ordinal) ? attempt : null;
    }

    private static FailedAttempt? Pending(HttpContext context) =>
        context.Features.Get<FailedAttempt>() is { _isTaken: false } attempt && context.TraceIdentifier.EndsWith(FirstRequest, StringComparison.Ordinal)
            ? attempt
            : null;
}
