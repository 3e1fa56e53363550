using GenAI.Gateway.Routing.CircuitBreaking;
using GenAI.Gateway.Routing.Ejection;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing;

public sealed class CircuitBreakerTests
{
    private static readonly CircuitBreakerOptions Options = new()
    {
        FailureRatio = 0.5, MinimumThroughput = 10, Window = TimeSpan.FromSeconds(30), BreakDuration = TimeSpan.FromSeconds(10), Probes = 2,
    };

    private readonly ManualTimeProvider _clock = new();
    private readonly List<CircuitState> _changes = [];
    private readonly CircuitBreaker _circuit;

    public CircuitBreakerTests() => _circuit = new CircuitBreaker(Options, _clock, (state, _) => _changes.Add(state));

    [Theory]
    [InlineData(5, 5, true)]
    [InlineData(6, 4, false)]
    [InlineData(0, 9, false)]
    [InlineData(0, 10, true)]
    public void It_opens_at_the_ratio_once_there_were_enough(int answered, int failed, bool opens)
    {
        Count(answered, RequestOutcome.Answered);
        Count(failed, RequestOutcome.GatewayError);

        Assert.Equal(opens ? CircuitState.Open : CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Clients_that_leave_count_neither_way()
    {
        Count(1000, RequestOutcome.Nothing);
        Count(9, RequestOutcome.GatewayError);
        Count(1000, RequestOutcome.Nothing);
        Assert.True(_circuit.IsClosed);

        Count(1, RequestOutcome.GatewayError);
        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    [Fact]
    public void What_has_left_the_window_does_not_count()
    {
        Count(9, RequestOutcome.GatewayError);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Count(9, RequestOutcome.GatewayError);

        Assert.True(_circuit.IsClosed);
    }

    [Fact]
    public void After_the_break_a_few_are_let_through_and_close_it_when_all_succeed()
    {
        Open();
        Assert.False(_circuit.TryProbe(out _));
        Assert.Equal(TimeSpan.FromSeconds(10), _circuit.Remaining);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.True(_circuit.TryProbe(out var first));
        Assert.True(_circuit.TryProbe(out var second));
        Assert.False(_circuit.TryProbe(out _));
        _circuit.End(first, RequestOutcome.Answered);
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
        _circuit.End(second, RequestOutcome.Answered);

        Assert.Equal([CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed], _changes);
        Count(9, RequestOutcome.GatewayError);
        Assert.True(_circuit.IsClosed);
    }

    [Fact]
    public void A_probe_that_fails_opens_it_again_and_what_began_before_says_nothing()
    {
        Open();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_circuit.TryProbe(out var first));
        Count(50, RequestOutcome.Answered);
        _circuit.End(first, RequestOutcome.GatewayError);

        Assert.Equal(CircuitState.Open, _circuit.State);
        Assert.False(_circuit.TryProbe(out _));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_circuit.TryProbe(out _));
        _circuit.End(first, RequestOutcome.GatewayError);
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
    }

    [Fact]
    public void A_probe_whose_client_leaves_makes_place_for_another_at_once_and_one_that_is_silent_after_a_while()
    {
        Open();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_circuit.TryProbe(out var first));
        Assert.True(_circuit.TryProbe(out _));
        _circuit.End(first, RequestOutcome.Nothing);
        Assert.True(_circuit.TryProbe(out _));
        Assert.False(_circuit.TryProbe(out _));

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_circuit.TryProbe(out _));
        Assert.False(_circuit.TryProbe(out _));
    }

    private void Open()
    {
        Count(10, RequestOutcome.GatewayError);
        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    private void Count(int times, RequestOutcome outcome)
    {
        for (var i = 0; i < times; i++) _circuit.Count(outcome);
    }
}
