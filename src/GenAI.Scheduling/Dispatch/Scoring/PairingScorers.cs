using System.Collections.Frozen;
using System.Collections.Immutable;

namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>The scorers there are, by name, and how much each counts by default.</summary>
public static class PairingScorers
{
    public static FrozenDictionary<string, IPairingScorer> ByName { get; } = new IPairingScorer[]
    {
        new WaitScorer(), new LoadScorer(), new EvictionScorer(), new LoraScorer(), new SpeedScorer(), new LoadScoreScorer(),
    }.ToFrozenDictionary(scorer => scorer.Name, StringComparer.Ordinal);

    public static ImmutableDictionary<string, double> DefaultWeights { get; } = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal,
        [
            KeyValuePair.Create("wait", 1.4), KeyValuePair.Create("load", 1.0), KeyValuePair.Create("eviction", 0.8),
            KeyValuePair.Create("lora", 1.0), KeyValuePair.Create("speed", 0.5), KeyValuePair.Create("load-score", 1.0),
        ]);
}
