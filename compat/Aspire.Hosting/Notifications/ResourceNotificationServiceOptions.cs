namespace Aspire.Hosting.ApplicationModel;

public sealed class ResourceNotificationServiceOptions
{
    /// <summary>What a waiter does whose dependency has ended: with the dashboard it goes on waiting, in tests it gives up.</summary>
    public WaitBehavior DefaultWaitBehavior { get; set; }
}
