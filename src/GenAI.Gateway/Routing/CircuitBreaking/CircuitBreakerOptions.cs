namespace GenAI.Gateway.Routing.CircuitBreaking;

/// <summary>When a model as a whole is left alone for a while; configuration section <c>GenAI:Gateway:CircuitBreaker</c>.</summary>
internal sealed class CircuitBreakerOptions
{
    public const string Section = "GenAI:Gateway:CircuitBreaker";

    public bool Enabled { get; set; } = true;

    /// <summary>The share of a model's requests and jobs within <see cref="Window"/> that opens its circuit when it fails; more than 0, up to 1.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>How long requests and jobs count.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>So many must have ended within <see cref="Window"/> before the circuit opens.</summary>
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>How long an open circuit lets nothing through.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many are let through after that, and must all succeed before everything is.</summary>
    public int Probes { get; set; } = 2;
}
