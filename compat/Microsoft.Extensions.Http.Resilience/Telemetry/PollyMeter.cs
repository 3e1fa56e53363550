using System.Diagnostics;
using System.Diagnostics.Metrics;
using Polly.Telemetry;

namespace Microsoft.Extensions.Http.Resilience.Telemetry;

/// <summary>The meter <c>Polly</c> with the instruments and tags that Polly's own extensions publish.</summary>
internal sealed class PollyMeter : TelemetryListener
{
    private readonly Counter<int> _events;
    private readonly Histogram<double> _attempts;
    private readonly Histogram<double> _pipelines;

    public PollyMeter(IMeterFactory meters)
    {
        var meter = meters.Create("Polly");
        _events = meter.CreateCounter<int>("resilience.polly.strategy.events", description: "Events that occurred in resilience strategies.");
        _attempts = meter.CreateHistogram<double>("resilience.polly.strategy.attempt.duration", "ms", "Duration of attempts.");
        _pipelines = meter.CreateHistogram<double>("resilience.polly.pipeline.duration", "ms", "Duration of whole pipelines.");
    }

    public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args)
    {
        if (args.Event.Severity == ResilienceEventSeverity.None) return;

        var tags = Tags(args.Source, args.Event, args.Outcome?.Exception);
        switch (args.Arguments)
        {
            case PipelineExecutedArguments executed:
                _pipelines.Record(executed.Duration.TotalMilliseconds, tags);
                break;
            case ExecutionAttemptArguments attempt:
                tags.Add("attempt.number", attempt.AttemptNumber);
                tags.Add("attempt.handled", attempt.Handled);
                _attempts.Record(attempt.Duration.TotalMilliseconds, tags);
                break;
            default:
                _events.Add(1, tags);
                break;
        }
    }

    private static TagList Tags(ResilienceTelemetrySource source, ResilienceEvent resilienceEvent, Exception? exception)
    {
        var tags = new TagList
        {
            { "event.name", resilienceEvent.EventName },
            { "event.severity", resilienceEvent.Severity.ToString() },
        };
        AddUnlessEmpty(ref tags, "pipeline.name", source.PipelineName);
        AddUnlessEmpty(ref tags, "pipeline.instance", source.PipelineInstanceName);
        AddUnlessEmpty(ref tags, "strategy.name", source.StrategyName);
        AddUnlessEmpty(ref tags, "exception.type", exception?.GetType().FullName);
        return tags;
    }

    private static void AddUnlessEmpty(ref TagList tags, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) tags.Add(name, value);
    }
}
