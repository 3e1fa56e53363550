namespace GenAI.Orchestrator.Health;

/// <summary><c>GenAI:Health</c>: when instances are probed, and what their probes amount to.</summary>
internal sealed class HealthOptions
{
    public const string Section = "GenAI:Health";

    private static readonly TimeSpan LongestDefaultTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDefaultFastInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The time within which an instance that has died is ejected, even when it dies right after a good probe and its
    /// address then swallows every probe until its timeout. Not bound: it is <c>HEALTH_CHECK_INTERVAL</c>.
    /// </summary>
    public TimeSpan Interval { get; internal set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one probe may take. Null: half of <see cref="Interval"/> shared between the probes that eject, at most 5 s.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>
    /// Between probes while a decision is pending: an instance starts, has failed, or is coming back.
    /// Null: a tenth of <see cref="Interval"/> shared likewise, at most 1 s.
    /// </summary>
    public TimeSpan? FastInterval { get; set; }

    /// <summary>Failures in a row that eject.</summary>
    public int UnhealthyThreshold { get; set; } = 3;

    /// <summary>Answers in a row that readmit. (An instance that starts has not been ejected; its first answer admits it.)</summary>
    public int HealthyThreshold { get; set; } = 2;

    /// <summary>Failures among the last <see cref="RecentProbes"/> that make an instance degraded.</summary>
    public int DegradedThreshold { get; set; } = 2;

    /// <summary>How many probes back <see cref="DegradedThreshold"/> looks.</summary>
    public int RecentProbes { get; set; } = 10;

    /// <summary>How long an instance may be starting before it counts as unhealthy: a model server loads gigabytes before it listens.</summary>
    public TimeSpan StartupGrace { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary><see cref="Timeout"/>, or its default.</summary>
    public TimeSpan ProbeTimeout => Timeout ?? Shorter(Interval / (2 * UnhealthyThreshold), LongestDefaultTimeout);

    /// <summary><see cref="FastInterval"/>, or its default.</summary>
    public TimeSpan PendingInterval => FastInterval ?? Shorter(Interval / (10 * UnhealthyThreshold), LongestDefaultFastInterval);

    /// <summary>
    /// Between the probes of an instance of which nothing is to be decided: what is left of <see cref="Interval"/>
    /// after the time that confirming a death takes at worst. With the defaults 30 − 3×5 − 2×1 = 13 s.
    /// </summary>
    public TimeSpan SteadyInterval => Interval - ConfirmationTime;

    /// <summary>As many timeouts as eject, with the fast intervals between them.</summary>
    public TimeSpan ConfirmationTime => (UnhealthyThreshold * ProbeTimeout) + ((UnhealthyThreshold - 1) * PendingInterval);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
