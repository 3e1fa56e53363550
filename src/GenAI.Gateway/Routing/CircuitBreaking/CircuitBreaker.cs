using GenAI.Gateway.Routing.Ejection;

namespace GenAI.Gateway.Routing.CircuitBreaking;

internal enum CircuitState
{
    /// <summary>Everything is let through.</summary>
    Closed,

    /// <summary>A few are let through, to see how they fare.</summary>
    HalfOpen,

    /// <summary>Nothing is let through.</summary>
    Open,
}

/// <summary>A place among the few that a half-open circuit lets through.</summary>
/// <param name="Round">Which time that it was half open.</param>
internal readonly record struct CircuitProbe(long Round);

/// <summary>
/// One model's circuit: opens when too large a share of what ended lately failed, lets nothing through for a while, then a few, and
/// everything again when those succeed. For any thread; whoever asks whether it is closed takes no lock.
/// Example, with 0.5, 20 requests and 2 probes: the tenth failure among 20 requests of the last 30 s opens it for 10 s; then two requests are let
/// through; when both are answered it is closed, and when one fails it is open for 10 s more.
/// </summary>
/// <remarks>
/// Not Polly's, which counts what is no failure as a success: a client that goes away must neither help to keep the circuit closed nor close
/// it as a probe. A probe that is never heard of again, such as a job of many minutes, makes place for another after the break's length.
/// </remarks>
/// <param name="changed">Told of each change of state with the ratio of failures that was its cause, if it was one; on the thread that made it.</param>
internal sealed class CircuitBreaker(CircuitBreakerOptions options, TimeProvider clock, Action<CircuitState, double> changed)
{
    private readonly Lock _lock = new();

    // All first, failures second.
    private readonly SlidingCounts _ended = new(options.Window, clock);
    private volatile CircuitState _state = CircuitState.Closed;
    private long _openedAt;
    private long _probedAt;
    private long _round;
    private int _probes;
    private int _succeeded;

    public CircuitState State => _state;

    public bool IsClosed => _state == CircuitState.Closed;

    /// <summary>How long until something may be let through; zero when that is now.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                var since = _state switch
                {
                    CircuitState.Open => _openedAt,
                    CircuitState.HalfOpen when _probes >= options.Probes => _probedAt,
                    _ => (long?)null,
                };
                return since is { } at && options.BreakDuration - clock.GetElapsedTime(at) is { Ticks: > 0 } left ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Something that was let through while the circuit was closed has ended.</summary>
    public void Count(RequestOutcome outcome)
    {
        if (outcome == RequestOutcome.Nothing || !IsClosed || !options.Enabled) return;
        double ratio;
        lock (_lock)
        {
            if (!IsClosed) return;
            _ended.Add(1, outcome == RequestOutcome.GatewayError ? 1 : 0);
            if (_ended.First < options.MinimumThroughput || outcome != RequestOutcome.GatewayError) return;
            ratio = (double)_ended.Second / _ended.First;
            if (ratio < options.FailureRatio) return;
            Open();
        }

        changed(CircuitState.Open, ratio);
    }

    /// <summary>Whether one more may be let through though the circuit is not closed; its end is to be told to <see cref="End"/>.</summary>
    public bool TryProbe(out CircuitProbe probe)
    {
        var isFirst = false;
        lock (_lock)
        {
            probe = default;
            if (_state == CircuitState.Open)
            {
                if (clock.GetElapsedTime(_openedAt) < options.BreakDuration) return false;
                (_state, _probes, _succeeded) = (CircuitState.HalfOpen, 0, 0);
                _round++;
                isFirst = true;
            }

            if (_state == CircuitState.HalfOpen)
            {
                if (_probes >= options.Probes)
                {
                    if (clock.GetElapsedTime(_probedAt) < options.BreakDuration) return false;
                    _probes = options.Probes - 1;
                }

                _probes++;
                _probedAt = clock.GetTimestamp();
            }

            probe = new CircuitProbe(_round);
        }

        if (isFirst) changed(CircuitState.HalfOpen, 0);
        return true;
    }

    public void End(CircuitProbe probe, RequestOutcome outcome)
    {
        CircuitState next;
        lock (_lock)
        {
            if (_state != CircuitState.HalfOpen || probe.Round != _round) return;
            if (outcome == RequestOutcome.Nothing)
            {
                _probes--;
                return;
            }

            if (outcome == RequestOutcome.Answered && ++_succeeded < options.Probes) return;
            next = outcome == RequestOutcome.Answered ? CircuitState.Closed : CircuitState.Open;
            if (next == CircuitState.Open) Open();
            else Close();
        }

        changed(next, next == CircuitState.Open ? 1 : 0);
    }

    private void Open()
    {
        _state = CircuitState.Open;
        _openedAt = clock.GetTimestamp();
    }

    private void Close()
    {
        _state = CircuitState.Closed;
        _ended.Clear();
    }
}
