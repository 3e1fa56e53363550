namespace GenAI.Scheduling.Dispatch;

/// <summary>What speaks against running a job on an instance.</summary>
/// <param name="Wait">Expected seconds until the instance is free.</param>
/// <param name="Load">Expected seconds of loading the checkpoint; 0 where it is warm.</param>
/// <param name="Eviction">Expected seconds of loading later, for what is dropped from memory.</param>
/// <param name="Total">All scorers by their weights: the lowest wins.</param>
public readonly record struct PairingCosts(double Wait, double Load, double Eviction, double Total)
{
    public override string ToString() => $"{Total:0.0} s (wait {Wait:0.0}, load {Load:0.0}, eviction {Eviction:0.0})";
}
