using GenAI.LoadTest.Driving;
using GenAI.LoadTest.Reporting;
using GenAI.Simulator.Dispatching;

namespace GenAI.LoadTest.Heavy;

/// <summary>Each workload through every way at the same time.</summary>
internal sealed class HeavyExperiment
{
    /// <summary>Closer than this, two ways are level.</summary>
    private const double Level = 1.03;

    private static readonly double[] Speeds = [1, 1, 1, 0.5];

    public required int Seeds { get; init; }

    public required int Together { get; init; }

    public required TimeSpan Counted { get; init; }

    public required TimeSpan RunIn { get; init; }

    public required double Load { get; init; }

    public required TimeSpan Mean { get; init; }

    public required double Variation { get; init; }

    public double Requests => Enumerable.Range(1, Seeds).Sum(seed => Draw(seed).Arrivals.Count) * HeavyWay.Names.Count;

    /// <exception cref="LoadTestException">A program is missing or fails, or a request is not answered.</exception>
    public async Task<Report> RunAsync(Action answered, CancellationToken cancellationToken)
    {
        var bySeed = new List<IReadOnlyList<WayFigures>>();
        foreach (var seeds in Enumerable.Range(1, Seeds).Chunk(Together))
            bySeed.AddRange(await Task.WhenAll(seeds.Select(seed => RunAsync(Draw(seed), answered, cancellationToken))));
        return Tell(bySeed);
    }

    private HeavyWorkload Draw(int seed) => HeavyWorkload.Draw(seed, Load * Speeds.Sum() / Mean.TotalSeconds, RunIn + Counted, Mean, Variation);

    private async Task<IReadOnlyList<WayFigures>> RunAsync(HeavyWorkload workload, Action answered, CancellationToken cancellationToken)
    {
        var ways = new List<HeavyWay>();
        try
        {
            foreach (var name in HeavyWay.Names) ways.Add(await HeavyWay.StartAsync(name, Speeds, cancellationToken));
            var responses = await Task.WhenAll(ways.Select(way =>
                OpenLoop.RunAsync(workload.Arrivals, (index, stop) => way.Client.SendAsync(workload.Bodies[index], stop), answered, cancellationToken)));
            return [.. responses.Zip(ways).Select(pair => WayFigures.Of(pair.First.Where((_, index) => workload.Arrivals[index] >= RunIn), pair.Second.Gaps))];
        }
        finally
        {
            foreach (var way in ways) await way.DisposeAsync();
        }
    }

    private Report Tell(List<IReadOnlyList<WayFigures>> bySeed)
    {
        var names = HeavyWay.Names;
        var report = new Report(
            $"{Seeds} seeds of {Counted.TotalSeconds:0} s, mean {Mean.TotalMilliseconds:0} ms, cv {Variation}, load {Load}: milliseconds, and ratios to nginx",
            "requests", "mean", "p50", "p99", "gap p25", "mean ratio", "p99 ratio", "least mean ratio", "most");
        for (var way = 0; way < names.Count; way++)
        {
            var own = bySeed.Select(figures => figures[way]).ToArray();
            double[] ratios = [.. Ratios(way, HeavyWay.Nginx, figures => figures.Mean)];
            report.Add(
                names[way], own.Sum(figures => figures.Count), own.Average(figures => figures.Mean), own.Average(figures => figures.P50), own.Average(figures => figures.P99),
                own.Average(figures => figures.Gap), ratios.Average(), Ratios(way, HeavyWay.Nginx, figures => figures.P99).Average(), ratios.Min(), ratios.Max());
        }

        report.Add(new Bar("gateway without estimates, mean to nginx", Ratio(HeavyWay.Fifo, HeavyWay.Nginx, figures => figures.Mean), 0.86));
        report.Add(new Bar("gateway without estimates, p99 to nginx", Ratio(HeavyWay.Fifo, HeavyWay.Nginx, figures => figures.P99), 0.70));
        report.Add(new Bar("gateway without estimates, mean to HAProxy (level)", Ratio(HeavyWay.Fifo, HeavyWay.HAProxy, figures => figures.Mean), Level));
        report.Add(new Bar("gateway, mean to nginx", Ratio(HeavyWay.Gateway, HeavyWay.Nginx, figures => figures.Mean), 0.65));
        return report;

        double Ratio(string way, string to, Func<WayFigures, double> figure) => Ratios(IndexOf(way), to, figure).Average();

        IEnumerable<double> Ratios(int way, string to, Func<WayFigures, double> figure) => bySeed.Select(figures => figure(figures[way]) / figure(figures[IndexOf(to)]));

        int IndexOf(string way) => Enumerable.Range(0, names.Count).First(index => names[index] == way);
    }

    private sealed record WayFigures(int Count, double Mean, double P50, double P99, double Gap)
    {
        public static WayFigures Of(IEnumerable<double> responses, double[] gaps)
        {
            var sorted = responses.Order().ToArray();
            return new WayFigures(sorted.Length, sorted.Average(), DispatchFigures.Quantile(sorted, 0.5), DispatchFigures.Quantile(sorted, 0.99), DispatchFigures.Quantile(gaps, 0.25));
        }
    }
}
