using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Instances;

namespace GenAI.Orchestrator.Health;

/// <summary>The states of all instances, and how their probes went.</summary>
internal sealed class HealthMetrics
{
    /// <summary>Each state with its name on the wire.</summary>
    private static readonly (InstanceState State, string Name)[] States =
        [.. Enum.GetValues<InstanceState>().Select(state => (state, JsonSerializer.SerializeToElement(state).GetString()!))];

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _loopErrors;

    public HealthMetrics(IMeterFactory meters, SnapshotFeed feed)
    {
        var meter = meters.Create("GenAI.Orchestrator");
        _duration = meter.CreateHistogram<double>("genai_probe_duration", "s", "Time that a probe of an instance took, answered or not.");
        _failures = meter.CreateCounter<long>("genai_probe_failures", description: "Probes that did not bring a reading, by why.");
        _loopErrors = meter.CreateCounter<long>("genai_health_loop_errors", description: "Errors in the health loop itself.");
        meter.CreateObservableGauge(
            "genai_instance_state",
            () => feed.Current.Instances.SelectMany(Measure),
            description: "1 for the state that an instance is in, 0 for the others.");
    }

    public void Probed(InstanceTarget target, ProbeOutcome outcome, TimeSpan took)
    {
        var tags = Tags(target.Model, target.Id);
        _duration.Record(took.TotalSeconds, tags);
        if (outcome is not ProbeOutcome.Failed failed) return;

        tags.Add("error.type", Name(failed.Failure));
        _failures.Add(1, tags);
    }

    public void LoopFailed() => _loopErrors.Add(1);

    private static IEnumerable<Measurement<int>> Measure(Instance instance)
    {
        foreach (var (state, name) in States)
        {
            var tags = Tags(instance.Model, instance.Id);
            tags.Add("state", name);
            yield return new Measurement<int>(instance.State == state ? 1 : 0, tags);
        }
    }

    private static TagList Tags(string model, string instance) => new() { { "model", model }, { "instance", instance } };

    private static string Name(ProbeFailure failure) => failure switch
    {
        ProbeFailure.Refused => "connection_refused",
        ProbeFailure.Timeout => "timeout",
        ProbeFailure.Connection => "connection_error",
        ProbeFailure.Status => "unexpected_status",
        ProbeFailure.Body => "invalid_answer",
        ProbeFailure.NotReady => "not_ready",
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "A failure without a name in metrics."),
    };
}
