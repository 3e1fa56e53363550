namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>Between instances that are otherwise equal the specification's load score decides: it counts for a second at most.</summary>
internal sealed class LoadScoreScorer : IPairingScorer
{
    public string Name => "load-score";

    public double Seconds(in Pairing pairing, DispatchOptions options) => Math.Clamp(pairing.Instance.LoadScore, 0, 1);
}
