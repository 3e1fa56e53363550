namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>Waiting for a busy instance costs the job that wait.</summary>
internal static class WaitScorer
{
    public const string Name = "wait";

    /// <param name="wait">Seconds until the instance is free; 0 when it is.</param>
    public static double Seconds(double wait) => wait;
}
