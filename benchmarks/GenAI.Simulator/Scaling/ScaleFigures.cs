namespace GenAI.Simulator.Scaling;

/// <summary>What one run, or the median of several, says about a replica policy.</summary>
internal sealed record ScaleFigures(string Name, double GpuHours, double SloShare, double P95Wait, double Actions)
{
    public static ScaleFigures Of(string name, double hours, List<double> waits, double objective, int actions)
    {
        waits.Sort();
        var kept = waits.Count(wait => wait <= objective);
        return new ScaleFigures(name, hours, (double)kept / waits.Count, waits[(int)(0.95 * (waits.Count - 1))], actions);
    }

    public static ScaleFigures MedianOf(IReadOnlyList<ScaleFigures> runs) => new(
        runs[0].Name, Median(runs, run => run.GpuHours), Median(runs, run => run.SloShare), Median(runs, run => run.P95Wait), Median(runs, run => run.Actions));

    private static double Median(IReadOnlyList<ScaleFigures> runs, Func<ScaleFigures, double> figure)
    {
        var sorted = runs.Select(figure).Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
