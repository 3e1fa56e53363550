using System.Collections.Immutable;
using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Health;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Instances;

/// <summary>
/// All instances with their health, and the only place where either changes. Each change goes to the
/// <see cref="SnapshotPublisher"/>, which decides whether it makes a new snapshot.
/// </summary>
internal sealed partial class InstanceRegistry(
    SnapshotPublisher publisher, TimeProvider time, IOptions<HealthOptions> options, ILogger<InstanceRegistry> logger)
{
    private readonly Lock _lock = new();
    private volatile ImmutableSortedDictionary<string, TrackedInstance> _tracked =
        ImmutableSortedDictionary.Create<string, TrackedInstance>(StringComparer.Ordinal);

    private volatile bool _firstRoundDone;

    /// <summary>The ids of all instances, in order.</summary>
    public IEnumerable<string> Ids => _tracked.Keys;

    /// <summary>Whether every instance that was known at first has been probed; stays true from then on.</summary>
    public bool FirstRoundDone => _firstRoundDone;

    /// <summary>An instance as known at this moment, which may be newer than the snapshot; null when there is none.</summary>
    public Instance? Find(string id) => _tracked.GetValueOrDefault(id)?.ToInstance();

    /// <summary>
    /// Watches these and no others. A target that was there before with the same address keeps its health; all others start anew.
    /// </summary>
    public void Retarget(ImmutableArray<InstanceTarget> targets)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var before = _tracked;
            var after = targets.ToImmutableSortedDictionary(
                target => target.Id,
                target => before.GetValueOrDefault(target.Id) is { } known && target.IsSameServerAs(known.Target)
                    ? known with { Target = target }
                    : new TrackedInstance(target, HealthPolicy.Initial(now)),
                StringComparer.Ordinal);

            foreach (var gone in before.Values.Where(known => !known.Target.IsSameServerAs(after.GetValueOrDefault(known.Target.Id)?.Target)))
                LogRemoved(gone.Target.Id, gone.Target.Endpoint);
            foreach (var added in after.Values.Where(known => !known.Target.IsSameServerAs(before.GetValueOrDefault(known.Target.Id)?.Target)))
                LogAdded(added.Target.Id, added.Target.Endpoint);

            Replace(after);
        }
    }

    /// <summary>Takes in the outcome of one probe. One that is late, for a target that is no longer watched, changes nothing.</summary>
    /// <returns>The target's health after it; null when the target is no longer watched.</returns>
    public InstanceHealth? Report(InstanceTarget target, ProbeOutcome outcome)
    {
        lock (_lock)
        {
            if (_tracked.GetValueOrDefault(target.Id) is not { } known || known.Target != target) return null;

            var health = HealthPolicy.Decide(known.Health, outcome, time.GetUtcNow(), options.Value);
            if (health.State != known.Health.State) LogChange(target.Id, known.Health.State, health);
            Replace(_tracked.SetItem(target.Id, known with { Health = health }));
            return health;
        }
    }

    /// <summary>Says how requests are shared among release tracks from now on; ordered by model.</summary>
    public void Share(ImmutableArray<ModelTraffic> traffic)
    {
        if (!publisher.Offer(traffic)) return;
        foreach (var rule in traffic) LogTraffic(rule.Model, rule.ActiveTrack, rule.CanaryPercent);
    }

    private void Replace(ImmutableSortedDictionary<string, TrackedInstance> tracked)
    {
        _tracked = tracked;
        _firstRoundDone |= tracked.Values.All(known => known.Health.Probed);
        publisher.Offer([.. tracked.Values.Select(known => known.ToInstance())]);
    }

    private void LogChange(string id, InstanceState from, InstanceHealth health)
    {
        var level = health.State is InstanceState.Unhealthy or InstanceState.Degraded ? LogLevel.Warning : LogLevel.Information;
        LogStateChanged(level, id, from, health.State, health.Reason);
    }

    [LoggerMessage(1, LogLevel.Information, "Instance {Id} at {Endpoint} is watched")]
    private partial void LogAdded(string id, Uri endpoint);

    [LoggerMessage(2, LogLevel.Information, "Instance {Id} at {Endpoint} is no longer watched: configuration does not name it any more")]
    private partial void LogRemoved(string id, Uri endpoint);

    [LoggerMessage(4, LogLevel.Information, "{Model} is served by the track {Track}, and to {Percent} % by the canary")]
    private partial void LogTraffic(string model, string track, double percent);

    [LoggerMessage(EventId = 3, Message = "Instance {Id} went from {From} to {To}: {Reason}")]
    private partial void LogStateChanged(LogLevel level, string id, InstanceState from, InstanceState to, string reason);
}
