namespace GenAI.Scheduling.Scaling;

/// <summary>How many servers a load needs.</summary>
public static class Staffing
{
    private const int Most = 100_000;

    /// <summary>The fewest servers to which one more would spare fewer than <paramref name="spared"/> late jobs per hour.</summary>
    /// <param name="load">Offered load in erlangs: arrivals per second times seconds of service.</param>
    /// <param name="service">Mean seconds of service.</param>
    /// <param name="wait">Seconds after which a job is late.</param>
    /// <param name="spared">Late jobs per hour that make a server worth its cost, more than 0.</param>
    /// <remarks>
    /// How many are late is Erlang's delay formula with exponential service: P(W &gt; t) = C(n, a) e^(−(n − a) t / s). Adding
    /// servers while each is worth it is marginal allocation (Fox, "Discrete optimization via marginal analysis", Management
    /// Science 13, 1966); for large loads it is square-root staffing, n ≈ a + β √a (Halfin and Whitt, "Heavy-traffic limits for
    /// queues with many exponential servers", Operations Research 29, 1981).
    /// <example>
    /// Load 0.3, service 20 s, wait 30 s, 54 jobs an hour: one server leaves 5.7 late, two 0.16, three none. At 0.8 an hour the
    /// second is worth it and the third is not.
    /// </example>
    /// </remarks>
    public static int Servers(double load, double service, double wait, double spared)
    {
        if (!(load > 0) || !(service > 0)) return 0;
        var jobs = load / service * 3600;
        var (blocked, before) = (1.0, double.PositiveInfinity);
        for (var servers = 1; servers < Most; servers++)
        {
            blocked = load * blocked / (servers + load * blocked);
            if (servers <= load) continue;
            var delayed = blocked / (1 - load / servers * (1 - blocked));
            var late = jobs * delayed * Math.Exp(-(servers - load) * wait / service);
            if (before - late < spared) return servers - 1;
            before = late;
        }

        return Most;
    }
}
