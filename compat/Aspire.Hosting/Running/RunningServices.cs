using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.Running;

/// <summary>What starting and running a resource takes, one of each per application.</summary>
internal sealed record RunningServices(
    ResourceNotificationService Notifications,
    ResourceLoggerService Loggers,
    IDistributedApplicationEventing Eventing,
    ChildProcesses Processes,
    StartFailures Failures,
    TimeProvider Time,
    IServiceProvider Provider);
