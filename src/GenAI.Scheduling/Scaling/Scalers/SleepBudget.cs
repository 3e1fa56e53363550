namespace GenAI.Scheduling.Scaling.Scalers;

/// <summary>What sleeping has cost of the promise: jobs of about the last week, and how many of them came while no instance was ready.</summary>
/// <remarks>
/// An error budget as in site reliability engineering (Beyer, Jones, Petoff, Murphy, "Site Reliability Engineering", 2016, chapter 3): who
/// arrives at a model asleep waits a cold start, so each such job spends some of the share that may be late. Older jobs count less, by
/// e^(−age / 7 d).
/// <example>With a share of 0.25 % and 1,200 jobs in the week, four may have come too early, one of which is always granted.</example>
/// </remarks>
public sealed record SleepBudget(double Jobs, double Unserved)
{
    private const double Granted = 1;
    private static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    internal static SleepBudget Full { get; } = new(0, 0);

    internal SleepBudget Next(long arrived, bool asleep, TimeSpan elapsed)
    {
        var kept = Math.Exp(-Math.Max(0, elapsed / Memory));
        return new SleepBudget(kept * Jobs + arrived, kept * Unserved + (asleep ? arrived : 0));
    }

    /// <param name="share">Of all jobs, the part that may find the model asleep.</param>
    internal bool IsSpent(double share) => Unserved > Granted + share * Jobs;
}
