namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>On a slower GPU the work takes longer; on a faster one than the reference it takes less, and so the score is negative.</summary>
internal sealed class SpeedScorer : IPairingScorer
{
    public string Name => "speed";

    public double Seconds(in Pairing pairing, DispatchOptions options) =>
        pairing.Instance.Speed > 0 ? pairing.Service * (1 / pairing.Instance.Speed - 1) : double.PositiveInfinity;
}
