namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>One thing that speaks against a pairing, in seconds, so that unlike things can be added.</summary>
public interface IPairingScorer
{
    string Name { get; }

    double Seconds(in Pairing pairing, DispatchOptions options);
}
