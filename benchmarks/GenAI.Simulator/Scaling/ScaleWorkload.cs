using GenAI.Simulator.Traces;

namespace GenAI.Simulator.Scaling;

/// <summary>Jobs to replay: a trace's own, or drawn by a seed from a trace of rates or from nothing but a shape.</summary>
internal sealed class ScaleWorkload
{
    private const double LastRateSeconds = 57;
    private const double MostPerSecond = 1e6;
    private const int MostJobs = 10_000_000;
    private const double SyntheticServiceSeconds = 20;
    private readonly Func<int, IReadOnlyList<ScaleJob>> _draw;

    private ScaleWorkload(bool random, Func<int, IReadOnlyList<ScaleJob>> draw)
    {
        Random = random;
        _draw = draw;
    }

    /// <summary>Whether seeds make a difference.</summary>
    public bool Random { get; }

    public IReadOnlyList<ScaleJob> Draw(int seed)
    {
        var jobs = _draw(seed);
        return jobs.Count > 0 ? jobs : throw new TraceFormatException("the trace has no requests; expected at least one.");
    }

    /// <param name="path">A trace <c>arrival_s,exec_s</c>, or one <c>t_s,requests_per_second</c>.</param>
    /// <param name="services">For rates: the service times' quantiles; the file service_seconds.csv beside the trace when null.</param>
    public static ScaleWorkload Read(string path, string? services)
    {
        var table = CsvTable.Read(path);
        if (table.Has("arrival_s"))
        {
            ScaleJob[] jobs = [.. RequestTrace.Read(path).Rows.Select(row => new ScaleJob(row.Arrival, row.Execution, row.Model))];
            return new ScaleWorkload(false, _ => jobs);
        }

        if (!table.Has("t_s"))
            throw new TraceFormatException(path, 1, "the header", string.Join(',', table.Columns), "a column 'arrival_s' (with exec_s), or 't_s' (with requests_per_second)");
        table.Require("requests_per_second");
        var rates = RequestTrace.FromFirstDay(table, "t_s")
            .Select((at, row) => (At: at, Rate: table.Number(row, "requests_per_second", 0, MostPerSecond))).OrderBy(rate => rate.At).ToArray();
        var service = Services(services ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "service_seconds.csv"));
        return new ScaleWorkload(true, seed => Draw(rates, service, seed));
    }

    /// <summary>Arrivals at about <paramref name="rate"/> per second: <c>poisson</c>, <c>diurnal</c> or <c>bursts</c>.</summary>
    public static ScaleWorkload Synthetic(string shape, double rate, double hours)
    {
        const double Step = 60;
        var rates = Enumerable.Range(0, (int)(hours * 3600 / Step)).Select(i => (At: i * Step, Rate: rate * Shape(shape, i * Step))).ToArray();
        return new ScaleWorkload(true, seed => Draw(rates, unit => -Math.Log(1 - unit) * SyntheticServiceSeconds, seed));
    }

    private static double Shape(string shape, double seconds) => shape switch
    {
        "poisson" => 1,
        "diurnal" => 1 - 0.9 * Math.Cos(seconds / 86_400 * 2 * Math.PI),
        "bursts" => Mixing.Unit(0, (int)(seconds / 600), 7) < 0.15 ? 6 : 0.1,
        _ => throw new TraceFormatException($"the shape is '{shape}'; expected poisson, diurnal or bursts."),
    };

    private static Func<double, double> Services(string path)
    {
        var table = CsvTable.Read(path);
        table.Require("quantile", "seconds");
        var quantiles = new QuantileTable(Enumerable.Range(0, table.Count).Select(row => (table.Number(row, "quantile", 0), table.Number(row, "seconds", 0))));
        return quantiles.At;
    }

    /// <summary>Poisson arrivals at piecewise constant rates; a rate holds until the next one.</summary>
    private static List<ScaleJob> Draw((double At, double Rate)[] rates, Func<double, double> service, int seed)
    {
        var expected = rates.Select((rate, i) => rate.Rate * ((i + 1 < rates.Length ? rates[i + 1].At : rate.At + LastRateSeconds) - rate.At)).Sum();
        if (expected > MostJobs) throw new TraceFormatException(FormattableString.Invariant($"the trace has about {expected:0} requests; expected at most {MostJobs}."));

        var jobs = new List<ScaleJob>();
        var index = 0;
        for (var i = 0; i < rates.Length; i++)
        {
            var (at, rate) = rates[i];
            var end = i + 1 < rates.Length ? rates[i + 1].At : at + LastRateSeconds;
            if (rate <= 0) continue;
            for (at += Gap(); at < end; at += Gap()) jobs.Add(new ScaleJob(at, service(Mixing.Unit(seed, index, 2))));

            double Gap() => -Math.Log(1 - Mixing.Unit(seed, index++, 1)) / rate;
        }

        return jobs;
    }
}
