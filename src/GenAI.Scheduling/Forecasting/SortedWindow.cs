using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace GenAI.Scheduling.Forecasting;

/// <summary>The last <paramref name="Capacity"/> values, by age and by size: a quantile is a look-up, one more value a copy.</summary>
/// <param name="ByAge">A ring: <paramref name="Next"/> is where the next value goes once it is full.</param>
public sealed record SortedWindow(int Capacity, ImmutableArray<double> ByAge, ImmutableArray<double> BySize, int Next)
{
    public static SortedWindow Of(int capacity) => new(capacity, [], [], 0);

    public int Count => BySize.Length;

    public SortedWindow With(double value)
    {
        if (Count < Capacity) return this with { ByAge = ByAge.Add(value), BySize = Inserted(BySize.AsSpan(), value) };

        var replaced = BySize.AsSpan().BinarySearch(ByAge[Next]);
        Span<double> without = stackalloc double[Capacity - 1];
        BySize.AsSpan(0, replaced).CopyTo(without);
        BySize.AsSpan()[(replaced + 1)..].CopyTo(without[replaced..]);
        return this with { ByAge = ByAge.SetItem(Next, value), BySize = Inserted(without, value), Next = (Next + 1) % Capacity };
    }

    /// <summary>The value that a share <paramref name="level"/> of the window does not exceed; 0 when it is empty.</summary>
    public double Quantile(double level) => Count == 0 ? 0 : BySize[Math.Min(Count - 1, (int)(level * Count))];

    private static ImmutableArray<double> Inserted(ReadOnlySpan<double> sorted, double value)
    {
        var at = sorted.BinarySearch(value);
        if (at < 0) at = ~at;
        var grown = new double[sorted.Length + 1];
        sorted[..at].CopyTo(grown);
        grown[at] = value;
        sorted[at..].CopyTo(grown.AsSpan(at + 1));
        return ImmutableCollectionsMarshal.AsImmutableArray(grown);
    }
}
