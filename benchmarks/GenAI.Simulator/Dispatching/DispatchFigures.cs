namespace GenAI.Simulator.Dispatching;

/// <summary>What one run, or the median of several, says about a policy. Seconds from arrival to finish.</summary>
internal sealed record DispatchFigures(
    string Name, double Mean, double P50, double P95, double P99, double LoadsPerRequest, double MaxPassedOver, bool Stable, double Utilisation)
{
    public static DispatchFigures Of(
        string name, IReadOnlyList<SimJob> jobs, int loads, bool stable, IReadOnlyList<SimInstance> instances)
    {
        var span = jobs.Max(job => job.Finish);
        var responses = jobs.Select(job => job.Response).Order().ToArray();
        return new DispatchFigures(
            name, responses.Average(), Quantile(responses, 0.5), Quantile(responses, 0.95), Quantile(responses, 0.99),
            (double)loads / jobs.Count, jobs.Max(job => job.PassedOver), stable,
            instances.Sum(instance => instance.BusySeconds) / (span * instances.Count));
    }

    /// <summary>The median of every figure by itself; stable when most of the runs are.</summary>
    public static DispatchFigures MedianOf(IReadOnlyList<DispatchFigures> runs) => new(
        runs[0].Name,
        Median(runs, run => run.Mean), Median(runs, run => run.P50), Median(runs, run => run.P95), Median(runs, run => run.P99),
        Median(runs, run => run.LoadsPerRequest), Median(runs, run => run.MaxPassedOver),
        runs.Count(run => run.Stable) * 2 > runs.Count, Median(runs, run => run.Utilisation));

    /// <summary>The quantile of sorted values, straight lines between neighbours; not a number when there are none.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double level)
    {
        if (sorted.Count == 0) return double.NaN;
        var at = level * (sorted.Count - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    private static double Median(IReadOnlyList<DispatchFigures> runs, Func<DispatchFigures, double> figure) =>
        Quantile([.. runs.Select(figure).Order()], 0.5);
}
