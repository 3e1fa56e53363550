using BenchmarkDotNet.Attributes;
using GenAI.Scheduling.Dispatch;

namespace GenAI.Benchmarks.Scheduling;

/// <summary>One dispatch decision with 10,000 queued jobs of 100 tenants and 500 instances, of which some have just become free; the bar is 1 ms.</summary>
[MemoryDiagnoser]
public class DispatchBenchmark
{
    private readonly DispatchPolicy _policy = new(new DispatchOptions());
    private DispatchScene _scene = null!;

    /// <summary>Checkpoints among the waiting jobs, popularity by Zipf.</summary>
    [Params(1, 75, 200, 1000, 10_000)]
    public int Checkpoints { get; set; }

    /// <summary>Free instances; a decision assigns as many jobs, up to a hundred, so that 500 is one of those that start a whole fleet.</summary>
    [Params(1, 8, 500)]
    public int Free { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _scene = new DispatchScene(new DispatchOptions(), Checkpoints);
        _scene.Queue(DispatchScene.Jobs);
        _scene.Staff(Free);
    }

    /// <summary>Time goes on between decisions, as it does in the gateway.</summary>
    [Benchmark]
    public DispatchDecision Decide() => _scene.Decide(_policy);
}
