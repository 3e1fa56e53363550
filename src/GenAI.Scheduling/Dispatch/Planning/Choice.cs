namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>The cheapest instance seen so far, and the next.</summary>
internal struct Choice
{
    public int Best = -1;
    public int RunnerUp = -1;
    public PairingCosts BestCosts;
    public PairingCosts RunnerUpCosts;

    /// <summary>What costs as much or more changes nothing.</summary>
    public readonly double Limit => RunnerUp < 0 ? double.PositiveInfinity : RunnerUpCosts.Total;

    public Choice()
    {
    }

    public void Offer(int x, in PairingCosts costs)
    {
        if (double.IsInfinity(costs.Total)) return;
        if (Best < 0 || costs.Total < BestCosts.Total)
        {
            (RunnerUp, RunnerUpCosts) = (Best, BestCosts);
            (Best, BestCosts) = (x, costs);
        }
        else if (RunnerUp < 0 || costs.Total < RunnerUpCosts.Total)
        {
            (RunnerUp, RunnerUpCosts) = (x, costs);
        }
    }
}
