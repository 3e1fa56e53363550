using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Health;

namespace GenAI.Orchestrator.Instances;

/// <summary>A target and what its probes have shown so far.</summary>
internal sealed record TrackedInstance(InstanceTarget Target, InstanceHealth Health)
{
    public Instance ToInstance() => new()
    {
        Id = Target.Id,
        Model = Target.Model,
        Dialect = Target.Dialect,
        Endpoint = Target.Endpoint,
        State = Health.State,
        Track = Target.Track,
        Version = Health.Reading.Version,
        LoadScore = Health.Reading.LoadScore,
        QueueLength = Health.Reading.QueueLength,
        Loaded = Health.Reading.Loaded,
        Reason = Health.Reason,
        Since = Health.Since,
        LastSeen = Health.LastSeen,
    };
}
