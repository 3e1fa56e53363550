namespace GenAI.Gateway.Routing.Sticky;

/// <summary>
/// How much a bound client's instance may have under way: consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2018),
/// with a floor. Pure. Example, with 1.25 and a floor of 8: of three instances that have 30 requests together one may have
/// ⌈1.25 · 31 / 3⌉ = 13, the one that is being placed included; where they have 6 together, 8.
/// </summary>
internal static class BoundedLoad
{
    /// <param name="underWay">What the instances have together, without the request that is being placed.</param>
    /// <param name="instances">At least 1.</param>
    /// <returns>At least one instance has less, so that there is always one to go to.</returns>
    public static int Most(int underWay, int instances, double factor, int floor) =>
        Math.Max(floor, (int)Math.Min(int.MaxValue, Math.Ceiling(factor * (underWay + 1.0) / instances)));
}
