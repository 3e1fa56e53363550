namespace GenAI.Simulator.Traces;

/// <summary>Requests that are drawn: Poisson, with the rhythm of a day, or in bursts of one tenant and checkpoint.</summary>
internal static class SyntheticTrace
{
    private const int Requests = 10_000;
    private const double MeanGap = 5;
    private const double Day = 86_400;

    public static RequestTrace Create(string shape, double zipf, int checkpoints, int tenants)
    {
        var random = new Random(20_260);
        var popularity = Cumulative(zipf, checkpoints);
        var rows = new List<TraceRow>(Requests);
        var at = 0.0;
        while (rows.Count < Requests)
        {
            var burst = string.Equals(shape, "bursts", StringComparison.Ordinal) ? 1 + (int)(-10 * Math.Log(1 - random.NextDouble())) : 1;
            at += -Math.Log(1 - random.NextDouble()) * MeanGap * burst / Intensity(shape, at);
            var checkpoint = $"S{Draw(popularity, random.NextDouble()):000}";
            var tenant = $"T{random.Next(tenants):000}";
            for (var i = 0; i < burst && rows.Count < Requests; i++)
            {
                var images = 1 << random.Next(4);
                rows.Add(new TraceRow(at + i, Seconds(random, images), 30, images, checkpoint, 0, "TXT_2_IMG", tenant));
            }
        }

        return RequestTrace.Of(rows);
    }

    private static double Intensity(string shape, double at) =>
        string.Equals(shape, "diurnal", StringComparison.Ordinal) ? 1 + 0.8 * Math.Sin(2 * Math.PI * at / Day) : 1;

    /// <summary>Log-normal, median 20 s for one image and 5 s more for each further one, a third more or less.</summary>
    private static double Seconds(Random random, int images)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return (15 + 5 * images) * Math.Exp(0.3 * normal);
    }

    private static double[] Cumulative(double zipf, int count)
    {
        var sums = new double[count];
        var sum = 0.0;
        for (var k = 0; k < count; k++) sums[k] = sum += Math.Pow(k + 1, -zipf);
        return [.. sums.Select(part => part / sum)];
    }

    private static int Draw(double[] cumulative, double level) => Math.Min(cumulative.Length - 1, Array.FindIndex(cumulative, part => part >= level));
}
