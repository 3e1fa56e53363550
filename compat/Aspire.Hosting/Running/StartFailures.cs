using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>Says why a resource did not start: one line as its state; the details of what nobody foresaw only at debug level.</summary>
internal sealed partial class StartFailures(ResourceNotificationService notifications, TimeProvider time, ILogger<StartFailures> logger)
{
    public async Task PublishAsync(IResource resource, Exception failure)
    {
        await notifications.PublishUpdateAsync(resource, snapshot => snapshot with
        {
            State = new ResourceStateSnapshot(
                failure is EngineUnavailable ? KnownResourceStates.RuntimeUnhealthy : KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error),
            StopTimeStamp = time.GetUtcNow().UtcDateTime,
            Reason = failure is DistributedApplicationException ? failure.Message : $"{failure.GetType().Name}: {failure.Message}",
        });
        if (failure is not DistributedApplicationException)
            LogUnforeseen(resource.Name, failure);
    }

    [LoggerMessage(LogLevel.Debug, "Resource '{ResourceName}' failed to start")]
    private partial void LogUnforeseen(string resourceName, Exception failure);
}
