namespace GenAI.Simulator.Dispatching;

/// <summary>Instances that die: exponential time between failures, a fixed time to come back with empty memory.</summary>
internal sealed class Failures(int seed, double meanUptimeSeconds, double repairSeconds)
{
    private readonly Random _random = new(seed);

    public double RepairSeconds => repairSeconds;

    public double NextUptime() => -Math.Log(1 - _random.NextDouble()) * meanUptimeSeconds;
}
