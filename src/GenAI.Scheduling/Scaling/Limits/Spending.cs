namespace GenAI.Scheduling.Scaling.Limits;

/// <summary>What one month has cost so far, in UTC.</summary>
/// <param name="Month">Its first moment.</param>
/// <param name="Until">Up to when <paramref name="Spent"/> is counted.</param>
/// <param name="Rate">Per hour, the mean of about the last day.</param>
public sealed record Spending(DateTimeOffset Month, DateTimeOffset Until, decimal Spent, decimal Rate)
{
    private const double RateMemoryHours = 24;

    /// <summary>What the month will have cost if the last day's rate goes on.</summary>
    public decimal Forecast => Spent + Rate * (decimal)(Month.AddMonths(1) - Until).TotalHours;

    internal static Spending Next(Spending? before, decimal rate, DateTimeOffset now)
    {
        var month = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        if (before is null) return new Spending(month, now, 0, rate);

        // The part of the interval that belongs to last month was last month's.
        var counted = before.Month == month ? before.Until : month;
        var spent = (before.Month == month ? before.Spent : 0) + rate * Hours(now - counted);
        var weight = (decimal)(1 - Math.Exp(-(now - before.Until).TotalHours / RateMemoryHours));
        return new Spending(month, now, spent, before.Rate + weight * (rate - before.Rate));
    }

    private static decimal Hours(TimeSpan time) => (decimal)Math.Max(0, time.TotalHours);
}
