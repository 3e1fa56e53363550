namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>Erlang's loss formula (A. K. Erlang, 1917), to tell what one copy of a checkpoint more or less is worth.</summary>
internal static class ErlangLoss
{
    /// <summary>The share of the last of <paramref name="servers"/> servers in carrying <paramref name="offered"/> Erlangs, 0 to 1.</summary>
    /// <remarks>
    /// With blocking B(n) = a·B(n−1) / (n + a·B(n−1)), B(0) = 1, n servers carry a·(1−B(n)); the last one's part is
    /// a·(B(n−1)−B(n)). For a = 1 the first server carries 0.5 and the second 0.3.
    /// </remarks>
    public static double CarriedByLast(int servers, double offered)
    {
        if (servers <= 0 || offered <= 0) return 0;
        var blocking = 1.0;
        var before = 1.0;
        for (var n = 1; n <= servers; n++)
        {
            before = blocking;
            blocking = offered * blocking / (n + offered * blocking);
        }

        return offered * (before - blocking);
    }
}
