using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.CircuitBreaking;

/// <summary>Each model's circuit, with what is said and measured of it.</summary>
internal sealed partial class CircuitBreakers : IDisposable
{
    private readonly ConcurrentDictionary<string, CircuitBreaker> _circuits = new(StringComparer.Ordinal);
    private readonly CircuitBreakerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<CircuitBreakers> _logger;
    private readonly Meter _meter;
    private readonly Counter<long> _openings;

    public CircuitBreakers(IOptions<CircuitBreakerOptions> options, IMeterFactory meters, TimeProvider clock, ILogger<CircuitBreakers> logger)
    {
        (_options, _clock, _logger) = (options.Value, clock, logger);
        _meter = meters.Create(GatewayMetrics.Name);
        _openings = _meter.CreateCounter<long>("genai_gateway_circuit_openings", description: "Times that a model was left alone because too much of what went to it failed.");
        _meter.CreateObservableGauge(
            "genai_gateway_circuit_state",
            () => _circuits.Select(circuit => new Measurement<int>((int)circuit.Value.State, new KeyValuePair<string, object?>("model", circuit.Key))),
            description: "Of each model's circuit: 0 closed, 1 half open, 2 open.");
    }

    public CircuitBreaker Of(string model) => _circuits.GetOrAdd(model, static (model, self) => self.New(model), this);

    public void Dispose() => _meter.Dispose();

    private CircuitBreaker New(string model) => new(_options, _clock, (state, ratio) => OnChanged(model, state, ratio));

    private void OnChanged(string model, CircuitState state, double ratio)
    {
        if (state == CircuitState.Open)
        {
            _openings.Add(1, new KeyValuePair<string, object?>("model", model));
            LogOpened(model, ratio, _options.BreakDuration);
        }
        else if (state == CircuitState.HalfOpen)
        {
            LogHalfOpen(model, _options.Probes);
        }
        else
        {
            LogClosed(model);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The circuit of {Model} is open for {Duration}: {Ratio:P0} of what went to it failed")]
    private partial void LogOpened(string model, double ratio, TimeSpan duration);

    [LoggerMessage(2, LogLevel.Information, "The circuit of {Model} is half open: {Probes} are let through")]
    private partial void LogHalfOpen(string model, int probes);

    [LoggerMessage(3, LogLevel.Information, "The circuit of {Model} is closed again")]
    private partial void LogClosed(string model);
}
