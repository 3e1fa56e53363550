namespace GenAI.Gateway.Routing.Ejection;

/// <summary>When the gateway itself takes an instance out for a while; configuration section <c>GenAI:Gateway:Ejection</c>.</summary>
internal sealed class EjectionOptions
{
    public const string Section = "GenAI:Gateway:Ejection";

    /// <summary>Gateway errors in a row (no connection, no answer, 502, 503, 504) that eject an instance.</summary>
    public int ConsecutiveErrors { get; set; } = 5;

    /// <summary>The length of the first ejection; each further one in succession lasts twice as long as the one before.</summary>
    public TimeSpan BaseDuration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>No ejection is longer. An instance that has served for as long as this since its last ejection has a clean record again.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The share of a model's instances that may be ejected at once, 0..1, rounded down: half of one is none.</summary>
    public double MaxEjectedShare { get; set; } = 0.5;
}
