using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>Says why a resource did not start: one line; the details of what nobody foresaw only at debug level.</summary>
internal sealed partial class StartFailures(ILogger<StartFailures> logger)
{
    public void Report(IResource resource, Exception failure)
    {
        if (failure is not DistributedApplicationException)
            LogUnforeseen(resource.Name, failure);
    }

    [LoggerMessage(LogLevel.Debug, "Resource '{ResourceName}' failed to start")]
    private partial void LogUnforeseen(string resourceName, Exception failure);
}
