namespace GenAI.Scheduling.Scaling;

/// <summary>How many servers a load needs.</summary>
public static class Staffing
{
    private const int Most = 100_000;

    /// <summary>The fewest servers at which no more than a share <paramref name="late"/> waits longer than <paramref name="wait"/>.</summary>
    /// <param name="load">Offered load in erlangs: arrivals per second times seconds of service.</param>
    /// <param name="service">Mean seconds of service.</param>
    /// <param name="wait">Seconds that a job may wait.</param>
    /// <remarks>
    /// Erlang's delay formula with exponential service: P(W &gt; t) = C(n, a) e^(−(n − a) t / s); for large loads it is square-root
    /// staffing, n ≈ a + β √a (Halfin and Whitt, "Heavy-traffic limits for queues with many exponential servers", Operations
    /// Research 29, 1981), with the β that this share and this wait call for.
    /// <example>Load 0.3, service 20 s: one server leaves 10 % waiting over 30 s, two leave 0.3 %.</example>
    /// </remarks>
    public static int Servers(double load, double service, double wait, double late)
    {
        if (!(load > 0) || !(service > 0)) return 0;
        var blocked = 1.0;
        for (var servers = 1; servers < Most; servers++)
        {
            blocked = load * blocked / (servers + load * blocked);
            if (servers <= load) continue;
            var delayed = blocked / (1 - load / servers * (1 - blocked));
            if (delayed * Math.Exp(-(servers - load) * wait / service) <= late) return servers;
        }

        return Most;
    }
}
