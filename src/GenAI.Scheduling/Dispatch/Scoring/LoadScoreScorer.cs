namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>Between instances that are otherwise equal the specification's load score decides: it counts for a second at most.</summary>
internal static class LoadScoreScorer
{
    public const string Name = "load-score";

    public static double Seconds(InstanceView instance) => Math.Clamp(instance.LoadScore, 0, 1);
}
