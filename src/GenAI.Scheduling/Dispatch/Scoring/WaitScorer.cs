namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>Waiting for a busy instance costs the job that wait.</summary>
internal sealed class WaitScorer : IPairingScorer
{
    public string Name => "wait";

    public double Seconds(in Pairing pairing, DispatchOptions options) => pairing.Wait;
}
