using BenchmarkDotNet.Attributes;
using GenAI.Scheduling.Dispatch;

namespace GenAI.Benchmarks.Scheduling;

/// <summary>As <see cref="DispatchBenchmark"/>, with 200 checkpoints, where a decision has more to look at than usual.</summary>
[MemoryDiagnoser]
public class DispatchCircumstancesBenchmark
{
    private const int Overdue = 500;
    private DispatchPolicy _policy = null!;
    private DispatchScene _scene = null!;

    /// <summary>
    /// <c>estimates</c>: service times are known per job; <c>standing back</c>: half of the jobs are a flooding tenant's; <c>overdue</c>: 500
    /// jobs were passed over for too long; <c>speeds</c>: every instance is of another speed and has loaded eight checkpoints lately.
    /// </summary>
    [Params("estimates", "standing back", "overdue", "speeds")]
    public string Circumstances { get; set; } = "";

    [Params(1, 8, 500)]
    public int Free { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var options = Circumstances == "overdue" ? new DispatchOptions { PassingOverLimit = TimeSpan.FromSeconds(1) } : new DispatchOptions();
        _policy = new DispatchPolicy(options);
        _scene = new DispatchScene(options, checkpoints: 200);
        if (Circumstances == "estimates") _scene.Learn("t0", secondsOf: job => job.Steps);
        if (Circumstances == "standing back") _scene.Learn(_scene.Flooding = "flood", secondsOf: _ => 20);
        _scene.Queue(DispatchScene.Jobs);
        if (Circumstances == "overdue") _scene.PassOver(Overdue);
        _scene.Staff(Free, speeds: Circumstances == "speeds");
    }

    [Benchmark]
    public DispatchDecision Decide() => _scene.Decide(_policy);
}
