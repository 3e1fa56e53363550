using System.Collections.Immutable;

namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>
/// The scorers there are: each tells one thing that speaks against a pairing, in seconds, so that unlike things can be added. Only the
/// speed's may be below 0.
/// </summary>
public static class PairingScorers
{
    /// <summary>How much each counts by default, by name.</summary>
    public static ImmutableDictionary<string, double> DefaultWeights { get; } = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal,
        [
            KeyValuePair.Create(WaitScorer.Name, 1.4), KeyValuePair.Create(LoadScorer.Name, 1.0), KeyValuePair.Create(EvictionScorer.Name, 0.8),
            KeyValuePair.Create(LoraScorer.Name, 1.0), KeyValuePair.Create(SpeedScorer.Name, 0.5), KeyValuePair.Create(LoadScoreScorer.Name, 1.0),
        ]);
}
