using BenchmarkDotNet.Attributes;
using GenAI.Scheduling.Dispatch;

namespace GenAI.Benchmarks.Scheduling;

/// <summary>One dispatch decision with 10,000 queued jobs of 200 tenants and 500 instances, of which some have just become free.</summary>
[MemoryDiagnoser]
public class DispatchBenchmark
{
    private const int Jobs = 10_000;
    private const int Instances = 500;
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private readonly DispatchPolicy _policy = new(new DispatchOptions());
    private DispatchQueue _queue = null!;
    private InstanceView[] _instances = [];
    private DateTimeOffset _now;

    /// <summary>Checkpoints among the waiting jobs, popularity by Zipf.</summary>
    [Params(1, 75, 1000, 10_000)]
    public int Checkpoints { get; set; }

    /// <summary>Free instances; a decision assigns as many jobs, so that 500 is what a whole fleet's start costs.</summary>
    [Params(0, 1, 8, 500)]
    public int Free { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        _queue = new DispatchQueue(new DispatchOptions());
        for (var i = 0; i < Jobs; i++)
        {
            var arrival = Start.AddSeconds(i * 0.05);
            _queue.Enqueue(
                new DispatchJob { Id = $"job-{i}", Arrival = arrival, Model = "m", Checkpoint = Checkpoint(random), Tenant = $"t{random.Next(200)}" },
                arrival);
        }

        _now = Start.AddSeconds(Jobs * 0.05);
        _instances = [.. Enumerable.Range(0, Instances).Select(i => new InstanceView
        {
            Id = $"gpu-{i}",
            Model = "m",
            Checkpoints = [Checkpoint(random)],
            State = Free > 0 && i % (Instances / Free) == 0 ? InstanceAvailability.Free : InstanceAvailability.Busy,
            FreeAt = _now.AddSeconds(random.Next(60)),
        })];
    }

    /// <summary>Time goes on between decisions, as it does in the gateway.</summary>
    [Benchmark]
    public DispatchDecision Decide() => _policy.Next(_queue, _instances, _now = _now.AddMilliseconds(1));

    private string Checkpoint(Random random) => $"checkpoint-{(int)(Math.Pow(Checkpoints, random.NextDouble()) - 1):0000}";
}
