using BenchmarkDotNet.Attributes;
using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Learning;
using GenAI.Scheduling.Scaling.Limits;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Benchmarks.Scheduling;

/// <summary>One scaling decision of a policy that has run for three days; the bar is 100 µs.</summary>
[MemoryDiagnoser]
public class ScalingBenchmark
{
    private const int Step = 15;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private ScalingPolicy _policy = null!;
    private ScalingState _state = ScalingState.Empty;
    private ScalingObservation _next = null!;

    [Params("predictive", "hpa", "kpa", "everything")]
    public string Policy { get; set; } = "";

    [GlobalSetup]
    public void Run()
    {
        var usual = ScalingPolicyDefinition.For("flux-1-dev", ServiceTier.Premium) with { MaxInstances = 500 };
        _policy = new ScalingPolicy(Policy switch
        {
            "hpa" => usual with { Scalers = [HpaSettings.Default] },
            "kpa" => usual with { Scalers = [KpaSettings.Default] },
            "everything" => usual with
            {
                Scalers = [PredictiveSettings.Default, HpaSettings.Default, KpaSettings.Default, KedaSettings.Default, SpecificationSettings.Default],
                Budget = new Budget("EUR", 500, 100_000, 2.5m, 0.9m),
                Spot = new SpotRule(2, 0.5),
                Learning = LearningSettings.Default,
            },
            _ => usual,
        });
        for (var i = 0; i < 3 * 86_400 / Step; i++) _state = _policy.Decide(Observation(i), _state, Observation(i).MeasuredAt).State;
        _next = Observation(3 * 86_400 / Step);
    }

    /// <summary>The decision that closes a bucket: the dearest one.</summary>
    [Benchmark]
    public int Decide() => _policy.Decide(_next, _state, _next.MeasuredAt).Desired;

    private static ScalingObservation Observation(int i)
    {
        var busy = 60 + (int)(40 * Math.Sin(i * 2 * Math.PI * Step / 86_400)) + i * 7 % 11;
        return new ScalingObservation
        {
            MeasuredAt = Start.AddSeconds((double)i * Step), Ready = 120, Starting = 0, Running = busy, Waiting = i % 5 == 0 ? 2 : 0,
            Arrivals = 45L * i + busy, Completions = 45L * i, ServiceSeconds = 45L * i * 20.0, GpuUtilization = busy / 120.0, Begun = 45L * i, BegunLate = i / 10,
        };
    }
}
