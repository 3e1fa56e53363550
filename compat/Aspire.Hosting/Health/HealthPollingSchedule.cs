namespace Aspire.Hosting.Health;

/// <summary>
/// How long to wait between two polls: 30 s while healthy, else 1, 2, … up to 5 s. Until the resource has been healthy for the
/// first time the steps are quarters, so that whoever waits for it starts when it can: 0.25, 0.5, … up to 5 s.
/// </summary>
internal static class HealthPollingSchedule
{
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UnhealthyStep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartingStep = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestUnhealthy = TimeSpan.FromSeconds(5);

    public static TimeSpan After(int unhealthyReportsInARow, bool hasBeenHealthy)
    {
        if (unhealthyReportsInARow == 0)
            return Healthy;
        var delay = (hasBeenHealthy ? UnhealthyStep : StartingStep) * unhealthyReportsInARow;
        return delay < LongestUnhealthy ? delay : LongestUnhealthy;
    }
}
