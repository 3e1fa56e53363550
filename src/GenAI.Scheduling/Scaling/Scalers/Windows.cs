using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace GenAI.Scheduling.Scaling.Scalers;

/// <summary>Sliding windows as immutable arrays: drop what is too old, add the newest, one copy.</summary>
internal static class Windows
{
    public static ImmutableArray<Recommendation> With(ImmutableArray<Recommendation> window, DateTimeOffset oldest, Recommendation newest)
    {
        var first = 0;
        while (first < window.Length && window[first].At < oldest) first++;
        var kept = new Recommendation[window.Length - first + 1];
        window.AsSpan()[first..].CopyTo(kept);
        kept[^1] = newest;
        return ImmutableCollectionsMarshal.AsImmutableArray(kept);
    }

    public static int Highest(ImmutableArray<Recommendation> window, DateTimeOffset since)
    {
        var highest = 0;
        for (var i = window.Length - 1; i >= 0 && window[i].At >= since; i--) highest = Math.Max(highest, window[i].Replicas);
        return highest;
    }

    public static int Lowest(ImmutableArray<Recommendation> window, DateTimeOffset since)
    {
        var lowest = int.MaxValue;
        for (var i = window.Length - 1; i >= 0 && window[i].At >= since; i--) lowest = Math.Min(lowest, window[i].Replicas);
        return lowest;
    }
}
