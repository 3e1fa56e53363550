using System.Text.Json.Nodes;
using GenAI.LoadTest.Servers;
using GenAI.Simulator.Traces;

namespace GenAI.LoadTest.Heavy;

/// <summary>Poisson arrivals of requests whose work is lognormal, and whose size (steps × pixels) tells of it as it does on a GPU.</summary>
internal sealed class HeavyWorkload
{
    /// <summary>28 steps at 1024 × 1024, the defaults of Stable Diffusion 3.5, take the mean time.</summary>
    private const double MeanPixelSteps = 28.0 * 1024 * 1024;

    private const int FewestSteps = 12, MostSteps = 150;

    private static readonly int[] Sides = [128, 192, 256, 384, 512, 768, 1024, 1536, 2048];

    private HeavyWorkload(IReadOnlyList<TimeSpan> arrivals, IReadOnlyList<JsonObject> bodies) => (Arrivals, Bodies) = (arrivals, bodies);

    public IReadOnlyList<TimeSpan> Arrivals { get; }

    /// <summary>Of <c>POST /generate</c>, the same for every way.</summary>
    public IReadOnlyList<JsonObject> Bodies { get; }

    /// <param name="seed">Of everything that is drawn.</param>
    /// <param name="perSecond">Requests.</param>
    /// <param name="duration">Of all arrivals.</param>
    /// <param name="mean">Of the work, on a server of speed 1.</param>
    /// <param name="variation">Standard deviation of the work, divided by its mean.</param>
    public static HeavyWorkload Draw(int seed, double perSecond, TimeSpan duration, TimeSpan mean, double variation)
    {
        var random = new Random(seed);
        var (arrivals, bodies) = (new List<TimeSpan>(), new List<JsonObject>());
        for (var at = Gap(); at < duration; at += Gap())
        {
            var work = SyntheticTrace.LogNormal(random, variation);
            arrivals.Add(at);
            bodies.Add(Body(new WorkOrder(mean * work), work * MeanPixelSteps));
        }

        return new HeavyWorkload(arrivals, bodies);

        TimeSpan Gap() => TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond);
    }

    /// <summary>Which takes no time.</summary>
    public static JsonObject Smallest() => Body(default, 0);

    private static JsonObject Body(WorkOrder order, double pixelSteps)
    {
        var side = Sides.LastOrDefault(side => pixelSteps / ((double)side * side) >= FewestSteps, Sides[0]);
        var steps = Math.Clamp((int)Math.Round(pixelSteps / ((double)side * side)), 1, MostSteps);
        return new JsonObject { ["prompt"] = order.Prompt, ["width"] = side, ["height"] = side, ["num_inference_steps"] = steps, ["seed"] = 1 };
    }
}
