namespace Aspire.Hosting.Running;

/// <summary>A resource that cannot be started; the message is the one line that the user reads: the reason and what to do.</summary>
internal sealed class StartFailure(string reason) : DistributedApplicationException(reason);
