namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>Between instances that are otherwise equal the specification's load score decides: it counts for a twenty-fifth of the job's time at most.</summary>
internal static class LoadScoreScorer
{
    public const string Name = "load-score";

    private const double MostOfService = 0.04;

    /// <param name="service">Seconds of work on the reference GPU.</param>
    public static double Seconds(InstanceView instance, double service) => Math.Clamp(instance.LoadScore, 0, 1) * MostOfService * service;
}
