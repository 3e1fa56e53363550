using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience.Telemetry;
using Microsoft.Extensions.Options;
using Polly;

namespace Microsoft.Extensions.Http.Resilience.Pipelines;

/// <summary>The pipelines in use. They outlive the handlers, which the client factory replaces every few minutes.</summary>
internal sealed class StandardPipelines : IDisposable
{
    private readonly IOptionsMonitor<HttpStandardResilienceOptions> _options;
    private readonly IOptionsMonitor<PipelineSelection> _selections;
    private readonly PollyMeter _meter;
    private readonly ConcurrentDictionary<(string Name, string Key), StandardPipeline> _pipelines = new();
    private readonly IDisposable? _reload;

    public StandardPipelines(
        IOptionsMonitor<HttpStandardResilienceOptions> options,
        IOptionsMonitor<PipelineSelection> selections,
        IMeterFactory meters,
        IServiceProvider services)
    {
        _options = options;
        _selections = selections;
        _meter = new PollyMeter(meters);
        Clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        _reload = options.OnChange((_, name) => Forget(name));
    }

    public TimeProvider Clock { get; }

    public Func<HttpRequestMessage, ResiliencePipeline<HttpResponseMessage>> SelectorFor(string name)
    {
        // Here, not at the first request: wrong options make the client's creation fail.
        _ = _options.Get(name);
        var keyOf = _selections.Get(name).KeyOf;
        return request => _pipelines.GetOrAdd((name, keyOf(request)), Create).Pipeline;
    }

    public void Dispose() => _reload?.Dispose();

    private StandardPipeline Create((string Name, string Key) id) => new(id.Name, id.Key, _options.Get(id.Name), Clock, _meter);

    /// <summary>Changed options make new pipelines; requests under way finish in the old ones.</summary>
    private void Forget(string? name)
    {
        foreach (var id in _pipelines.Keys.Where(id => id.Name == name)) _pipelines.TryRemove(id, out _);
    }
}
