namespace GenAI.Simulator.Scaling;

/// <summary>What one run, or the median of several, says about a replica policy.</summary>
/// <param name="Model">Which model's instances; null for all together.</param>
internal sealed record ScaleFigures(string Name, double GpuHours, double SloShare, double P95Wait, double Actions, string? Model = null)
{
    public static ScaleFigures Of(string name, double hours, List<double> waits, double objective, int actions)
    {
        waits.Sort();
        var kept = waits.Count(wait => wait <= objective);
        return new ScaleFigures(name, hours, (double)kept / waits.Count, waits[(int)(0.95 * (waits.Count - 1))], actions);
    }

    /// <summary>All models together, and, where there are several, each by itself.</summary>
    public static IEnumerable<ScaleFigures> Of(string name, double objective, IReadOnlyList<ScaleOutcome> outcomes)
    {
        yield return Of(name, outcomes.Sum(one => one.GpuHours), [.. outcomes.SelectMany(one => one.Waits)], objective, outcomes.Sum(one => one.Actions));
        if (outcomes.Count == 1) yield break;
        foreach (var one in outcomes) yield return Of(name, one.GpuHours, [.. one.Waits], objective, one.Actions) with { Model = one.Model };
    }

    public static ScaleFigures MedianOf(IReadOnlyList<ScaleFigures> runs) => new(
        runs[0].Name, Median(runs, run => run.GpuHours), Median(runs, run => run.SloShare), Median(runs, run => run.P95Wait),
        Median(runs, run => run.Actions), runs[0].Model);

    private static double Median(IReadOnlyList<ScaleFigures> runs, Func<ScaleFigures, double> figure)
    {
        var sorted = runs.Select(figure).Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>What one policy did for one model in one run.</summary>
/// <param name="Waits">Seconds from arrival to begin, of every job.</param>
internal sealed record ScaleOutcome(string Model, double GpuHours, List<double> Waits, int Actions);
