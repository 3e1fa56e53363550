namespace GenAI.Gateway.Routing.FastPath;

/// <summary>
/// A feature of a connection whose first request to the server has failed at an instance already, before there was an answer. The server's
/// own way takes it for its own attempt and goes on from there: another instance, or an error that says what happened.
/// </summary>
internal sealed class FailedAttempt(string destinationPrefix, Exception exception)
{
    // The server counts the requests of a connection in its identifiers, ConnectionId:RequestCount.
    private const string FirstRequest = ":00000001";

    private bool _isTaken;

    public Exception Exception => exception;

    /// <summary>The failure of this very request at this instance; null when there was none.</summary>
    public static FailedAttempt? Of(HttpContext context, string destinationPrefix)
    {
        if (context.Features.Get<FailedAttempt>() is not { _isTaken: false } attempt || !context.TraceIdentifier.EndsWith(FirstRequest, StringComparison.Ordinal)) return null;
        attempt._isTaken = true;
        return attempt.IsAt(destinationPrefix) ? attempt : null;
    }

    private bool IsAt(string prefix) => string.Equals(prefix, destinationPrefix, StringComparison.Ordinal);
}
