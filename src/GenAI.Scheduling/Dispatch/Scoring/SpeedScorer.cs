namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>On a slower GPU the work takes longer; on a faster one than the reference it takes less, and so the score is negative.</summary>
/// <remarks>
/// By default it has half the weight that the job's own time would give it. A job that waits for a faster instance leaves a slower one idle
/// and holds up those that come after it, so that a slow one is best used sooner than each job would want for itself (the slow-server problem;
/// Lin and Kumar, "Optimal control of a queueing system with two heterogeneous servers", 1984).
/// </remarks>
internal sealed class SpeedScorer : IPairingScorer
{
    public string Name => "speed";

    public double Seconds(in Pairing pairing, DispatchOptions options) =>
        pairing.Instance.Speed > 0 ? pairing.Service * (1 / pairing.Instance.Speed - 1) : double.PositiveInfinity;
}
