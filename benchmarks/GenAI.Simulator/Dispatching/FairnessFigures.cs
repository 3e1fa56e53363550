namespace GenAI.Simulator.Dispatching;

/// <summary>What a flooding tenant does to the others: 95th percentiles of responses, seconds.</summary>
/// <param name="Without">Of the others, were the tenant not there.</param>
/// <param name="Ordinary">Of the others, did it send what it ordinarily sends.</param>
/// <param name="Flooded">Of the others, with the flood.</param>
/// <param name="Flooder">Of the flooding tenant's own.</param>
/// <param name="FlooderShare">Instance time that the flooding tenant had while requests came, as a share of the fleet's.</param>
internal sealed record FairnessFigures(double Without, double Ordinary, double Flooded, double Flooder, double FlooderShare)
{
    public static FairnessFigures Of(string tenant, int instances, IReadOnlyList<SimJob> without, IReadOnlyList<SimJob> ordinary, IReadOnlyList<SimJob> flooded)
    {
        var span = flooded[^1].Arrival;
        var had = flooded.Where(job => IsOf(job, tenant) && job.Finish <= span).Sum(job => job.Finish - job.Start);
        return new FairnessFigures(
            P95(without.Where(job => !IsOf(job, tenant))), P95(ordinary.Where(job => !IsOf(job, tenant))),
            P95(flooded.Where(job => !IsOf(job, tenant))), P95(flooded.Where(job => IsOf(job, tenant))), had / (span * instances));
    }

    /// <summary>The median of every figure by itself.</summary>
    public static FairnessFigures MedianOf(IReadOnlyList<FairnessFigures> runs) => new(
        Median(runs, run => run.Without), Median(runs, run => run.Ordinary), Median(runs, run => run.Flooded),
        Median(runs, run => run.Flooder), Median(runs, run => run.FlooderShare));

    private static bool IsOf(SimJob job, string tenant) => string.Equals(job.Tenant, tenant, StringComparison.Ordinal);

    private static double P95(IEnumerable<SimJob> jobs) => DispatchFigures.Quantile([.. jobs.Select(job => job.Response).Order()], 0.95);

    private static double Median(IReadOnlyList<FairnessFigures> runs, Func<FairnessFigures, double> figure) =>
        DispatchFigures.Quantile([.. runs.Select(figure).Order()], 0.5);
}
