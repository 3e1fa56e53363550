namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>A job and an instance that may run it, with what is expected of the two together.</summary>
/// <param name="Wait">Seconds until the instance is free; 0 when it is.</param>
/// <param name="Load">Seconds to load the checkpoint; 0 where it is warm.</param>
/// <param name="Eviction">Seconds of loading that are expected to be paid later for what the load drops from memory.</param>
/// <param name="Service">Seconds of work on the reference GPU.</param>
/// <param name="Congestion">Jobs that wait per instance: how many a second lost on one instance delays.</param>
/// <param name="LoraLoad">Seconds to load one LoRA.</param>
public readonly record struct Pairing(
    DispatchJob Job, InstanceView Instance, double Wait, double Load, double Eviction, double Service, double Congestion, double LoraLoad);
