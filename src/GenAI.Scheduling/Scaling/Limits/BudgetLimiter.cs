namespace GenAI.Scheduling.Scaling.Limits;

/// <summary>The most instances that a budget allows now.</summary>
/// <remarks>
/// Per hour: the price of all instances together stays within it at every moment. Per month: once the month's forecast passes
/// the budget, no more instances than what is left can carry to the month's end; before that, bursts are free. As long as
/// anything is left, one instance may stay: with a whole month's money in sight of its end, jobs are served slowly, not never.
/// <example>720 left, 360 hours to go, 1 per instance and hour, and the forecast passes the budget: at most 2. With 100 left: 1.</example>
/// </remarks>
internal static class BudgetLimiter
{
    public static int Most(Budget budget, SpotRule? spot, Spending spending, int desired)
    {
        var left = budget.PerMonth - spending.Spent;
        var affordable = budget.PerHour ?? decimal.MaxValue;
        if (left is { } rest && spending.Forecast > budget.PerMonth)
        {
            var hours = Math.Max(1, (decimal)(spending.Month.AddMonths(1) - spending.Until).TotalHours);
            affordable = Math.Min(affordable, rest <= 0 ? 0 : Math.Max(rest / hours, Cost(budget, spot, 1)));
        }

        if (Cost(budget, spot, desired) <= affordable) return desired;
        var (least, most) = (0, desired);
        while (most - least > 1)
        {
            var middle = (least + most) / 2;
            if (Cost(budget, spot, middle) <= affordable) least = middle;
            else most = middle;
        }

        return least;
    }

    public static decimal Cost(Budget budget, SpotRule? spot, int instances)
    {
        var spots = spot?.Of(instances) ?? 0;
        return budget.Rate(instances - spots, spots);
    }
}
