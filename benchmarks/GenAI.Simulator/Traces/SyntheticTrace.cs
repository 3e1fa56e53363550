namespace GenAI.Simulator.Traces;

/// <summary>
/// Requests that are drawn: Poisson, with the rhythm of a day, or in bursts of one tenant and checkpoint; or heavy, short ones for one
/// checkpoint whose times are widely spread.
/// </summary>
internal static class SyntheticTrace
{
    public const int DefaultRequests = 10_000;

    public const string Heavy = "heavy";

    /// <summary>As in the load test of the same name.</summary>
    private const double HeavySeconds = 0.3, HeavyVariation = 1.5;

    /// <summary>Mean execution time: (15 + 5·3.75) s, 3.75 images being the mean of 1, 2, 4 and 8, times exp(0.3²/2).</summary>
    public const double MeanSeconds = 35.3;

    /// <summary>Mean execution time of a shape.</summary>
    public static double MeanSecondsOf(string shape) => IsHeavy(shape) ? HeavySeconds : MeanSeconds;

    /// <param name="gap">Mean seconds between requests.</param>
    public static RequestTrace Create(string shape, double zipf, int checkpoints, int tenants, int requests, double gap, int seed)
    {
        var random = new Random(20_260 + seed);
        var popularity = Cumulative(zipf, checkpoints);
        var rows = new List<TraceRow>(requests);
        var at = 0.0;
        while (rows.Count < requests)
        {
            var burst = string.Equals(shape, "bursts", StringComparison.Ordinal) ? 1 + (int)(-10 * Math.Log(1 - random.NextDouble())) : 1;
            at += -Math.Log(1 - random.NextDouble()) * gap * burst / Intensity(shape, at / (gap * requests));
            var checkpoint = $"S{Draw(popularity, random.NextDouble()):000}";
            var tenant = $"T{random.Next(tenants):000}";
            for (var i = 0; i < burst && rows.Count < requests; i++)
            {
                if (IsHeavy(shape))
                {
                    var seconds = HeavySeconds * LogNormal(random, HeavyVariation);
                    // Whose length tells the time, to a thousandth of the mean.
                    rows.Add(new TraceRow(at, seconds, 1 + (int)(1000 * seconds / HeavySeconds), 1, "S000", 0, "TXT_2_IMG", tenant));
                    continue;
                }

                var images = 1 << random.Next(4);
                rows.Add(new TraceRow(at + i, Seconds(random, images), 30, images, checkpoint, 0, "TXT_2_IMG", tenant));
            }
        }

        // Chance, and a long last burst, make the requests come in more or less time than they should on average.
        var scale = gap * requests / Math.Max(rows[^1].Arrival, gap);
        return RequestTrace.Of(rows.Select(row => row with { Arrival = row.Arrival * scale }));
    }

    /// <summary>From the quietest hour, half as much as on average, to the busiest, half as much again; the run is one day, however long.</summary>
    private static double Intensity(string shape, double part) =>
        string.Equals(shape, "diurnal", StringComparison.Ordinal) ? 1 - 0.5 * Math.Cos(2 * Math.PI * part) : 1;

    public static bool IsHeavy(string shape) => string.Equals(shape, Heavy, StringComparison.Ordinal);

    /// <summary>Log-normal, of mean 1 and the given coefficient of variation.</summary>
    public static double LogNormal(Random random, double variation)
    {
        var sigma = Math.Sqrt(Math.Log(1 + variation * variation));
        return Math.Exp(sigma * Normal(random) - sigma * sigma / 2);
    }

    /// <summary>Log-normal, median 20 s for one image and 5 s more for each further one, a third more or less.</summary>
    private static double Seconds(Random random, int images) => (15 + 5 * images) * Math.Exp(0.3 * Normal(random));

    /// <summary>Box and Muller.</summary>
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[] Cumulative(double zipf, int count)
    {
        var sums = new double[count];
        var sum = 0.0;
        for (var k = 0; k < count; k++) sums[k] = sum += Math.Pow(k + 1, -zipf);
        return [.. sums.Select(part => part / sum)];
    }

    private static int Draw(double[] cumulative, double level) => Math.Min(cumulative.Length - 1, Array.FindIndex(cumulative, part => part >= level));
}
