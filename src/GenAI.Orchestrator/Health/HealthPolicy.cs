using GenAI.Contracts.Instances;

namespace GenAI.Orchestrator.Health;

/// <summary>
/// Decides an instance's state from its probes. Nothing but time and probes goes in, and no single probe ejects or readmits.
/// </summary>
/// <remarks>
/// With the defaults (ejected after 3 failures in a row, readmitted after 2 answers in a row, degraded when it answers with
/// 2 failures in the last 10):
/// <code>
/// probes   ✓        ✓ ✗ ✓        ✓ ✗ ✓ ✗ ✓      ✗ ✗ ✗        ✗ ✗ ✗ ✓ ✗ ✓ ✓
/// state    healthy  healthy      … degraded     unhealthy    … unhealthy … healthy
/// </code>
/// </remarks>
internal static class HealthPolicy
{
    /// <summary>The health of an instance that has just become known.</summary>
    public static InstanceHealth Initial(DateTimeOffset now) =>
        new() { State = InstanceState.Starting, Reason = "not probed yet", Since = now };

    public static InstanceHealth Decide(InstanceHealth health, ProbeOutcome outcome, DateTimeOffset now, HealthOptions options) => outcome switch
    {
        ProbeOutcome.Answered answered => AfterAnswer(health, answered.Reading, now, options),
        ProbeOutcome.Failed failed => AfterFailure(health, failed.Reason, now, options),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Expected an answer or a failure."),
    };

    /// <summary>
    /// How long until the next probe: short while a decision is pending (an instance that starts, fails or is coming back),
    /// longer and longer while an ejected one stays away, else the steady interval.
    /// </summary>
    public static TimeSpan NextProbeIn(InstanceHealth health, HealthOptions options) => health switch
    {
        { State: InstanceState.Starting or InstanceState.Degraded } => options.PendingInterval,
        { State: InstanceState.Unhealthy, SuccessesInARow: 0 } => BackOff(health.FailuresInARow - options.UnhealthyThreshold, options),
        { State: InstanceState.Unhealthy } or { FailuresInARow: > 0 } => options.PendingInterval,
        _ => options.SteadyInterval,
    };

    private static InstanceHealth AfterAnswer(InstanceHealth health, ProbeReading reading, DateTimeOffset now, HealthOptions options)
    {
        var counted = health with
        {
            Reading = reading,
            LastSeen = now,
            FailuresInARow = 0,
            SuccessesInARow = health.SuccessesInARow + 1,
            Recent = Push(health.Recent, failed: false, options),
        };

        if (health.State == InstanceState.Unhealthy && counted.SuccessesInARow < options.HealthyThreshold) return counted;
        // An admitted instance is a process that has just become ready: the failures before that say nothing of how it does.
        if (health.State is InstanceState.Starting or InstanceState.Unhealthy) counted = counted with { Recent = 0 };

        return (reading.Draining, counted.RecentFailures >= options.DegradedThreshold) switch
        {
            (true, _) => Enter(counted, InstanceState.Draining, "it says that it is draining", now),
            (_, true) => Enter(counted, InstanceState.Degraded, DegradedReason(counted, options), now),
            _ => Enter(counted, InstanceState.Healthy, HealthyReason(health.State, options), now),
        };
    }

    private static InstanceHealth AfterFailure(InstanceHealth health, string reason, DateTimeOffset now, HealthOptions options)
    {
        var counted = health with
        {
            FailuresInARow = health.FailuresInARow + 1,
            SuccessesInARow = 0,
            Recent = Push(health.Recent, failed: true, options),
        };
        var manyInARow = counted.FailuresInARow >= options.UnhealthyThreshold;

        return health.State switch
        {
            InstanceState.Starting when manyInARow && now - health.Since >= options.StartupGrace =>
                Enter(counted, InstanceState.Unhealthy, $"not ready after {options.StartupGrace.TotalSeconds:0.#} s: {reason}", now),
            InstanceState.Starting => counted with { Reason = reason },
            InstanceState.Unhealthy => counted with { Reason = EjectedReason(reason, options) },
            _ when manyInARow => Enter(counted, InstanceState.Unhealthy, EjectedReason(reason, options), now),
            // Whether it is degraded or dead is seen when it answers again, or does not.
            _ => counted,
        };
    }

    /// <summary>The state changes, or all stays as it was.</summary>
    private static InstanceHealth Enter(InstanceHealth health, InstanceState state, string reason, DateTimeOffset now) =>
        health.State == state ? health : health with { State = state, Reason = reason, Since = now };

    private static string HealthyReason(InstanceState from, HealthOptions options) => from switch
    {
        InstanceState.Starting => "it answered its first probe",
        InstanceState.Unhealthy => $"it answered {options.HealthyThreshold} probes in a row",
        InstanceState.Draining => "it no longer says that it is draining",
        _ => $"fewer than {options.DegradedThreshold} of its last {options.RecentProbes} probes failed",
    };

    private static string EjectedReason(string last, HealthOptions options) =>
        $"{options.UnhealthyThreshold} or more probes in a row failed, the last: {last}";

    private static string DegradedReason(InstanceHealth health, HealthOptions options) =>
        $"{health.RecentFailures} of its last {options.RecentProbes} probes failed";

    private static uint Push(uint recent, bool failed, HealthOptions options) =>
        ((recent << 1) | (failed ? 1u : 0u)) & (uint.MaxValue >> (32 - options.RecentProbes));

    private static TimeSpan BackOff(int extraFailures, HealthOptions options)
    {
        var doubled = Math.Pow(2, Math.Max(0, extraFailures));
        return doubled < options.SteadyInterval / options.PendingInterval ? options.PendingInterval * doubled : options.SteadyInterval;
    }
}
