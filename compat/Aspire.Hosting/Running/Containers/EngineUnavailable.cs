namespace Aspire.Hosting.Running;

/// <summary>There is no container engine to run a container on; the message is the one line that the user reads.</summary>
internal sealed class EngineUnavailable(string reason) : DistributedApplicationException(reason);
