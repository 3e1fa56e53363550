namespace GenAI.Gateway.Routing.Snapshots;

/// <summary>How long to wait before the next attempt to reach the control plane: 0.25 s, doubled with each failure in a row, up to 10 s.</summary>
internal static class ReconnectBackoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="failures">Attempts that have failed in a row, at least 1.</param>
    public static TimeSpan After(int failures) => First * Math.Min(Math.Pow(2, failures - 1), Longest / First);
}
