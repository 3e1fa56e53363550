using System.Collections.Immutable;

namespace GenAI.Scheduling.Forecasting;

/// <summary>Mean rate by slot of the season: of all seasons seen, and after five of them mostly of the last five.</summary>
/// <param name="Slots">Learned rates; NaN is never stored: <paramref name="Seasons"/> says how often a slot was seen.</param>
/// <param name="Sum">Of the slot that is being measured, with its buckets in <paramref name="Buckets"/>.</param>
public sealed record SeasonalProfile(ImmutableArray<double> Slots, ImmutableArray<int> Seasons, int Slot, double Sum, int Buckets)
{
    public const int SlotCount = 96;
    private const double LeastNewestWeight = 0.2;

    public static SeasonalProfile Empty { get; } = new(
        ImmutableArray.CreateRange(new double[SlotCount]), ImmutableArray.CreateRange(new int[SlotCount]), -1, 0, 0);

    public SeasonalProfile With(int slot, double rate)
    {
        if (slot == Slot) return this with { Sum = Sum + rate, Buckets = Buckets + 1 };
        if (Slot < 0) return this with { Slot = slot, Sum = rate, Buckets = 1 };

        var mean = Sum / Buckets;
        var learned = Slots[Slot] + Math.Max(LeastNewestWeight, 1.0 / (Seasons[Slot] + 1)) * (mean - Slots[Slot]);
        return new SeasonalProfile(Slots.SetItem(Slot, learned), Seasons.SetItem(Slot, Seasons[Slot] + 1), slot, rate, 1);
    }

    /// <summary>The rate at a place in the season, straight lines between the middles of slots; null where none was seen.</summary>
    public double? At(double place)
    {
        var middle = place - 0.5;
        var below = (int)Math.Floor(middle);
        var part = middle - below;
        var (first, second) = (Wrap(below), Wrap(below + 1));
        if (Seasons[first] == 0 || Seasons[second] == 0) return null;
        return Slots[first] * (1 - part) + Slots[second] * part;
    }

    /// <summary>Mean rate of the slots from one place to another; null unless all were seen in at least <paramref name="seasons"/> seasons.</summary>
    public double? Between(double from, double to, int seasons)
    {
        double sum = 0;
        var (first, last) = ((int)Math.Floor(from), (int)Math.Floor(to));
        for (var slot = first; slot <= last; slot++)
        {
            if (Seasons[Wrap(slot)] < seasons) return null;
            sum += Slots[Wrap(slot)];
        }

        return sum / (last - first + 1);
    }

    private static int Wrap(int slot) => (slot % SlotCount + SlotCount) % SlotCount;
}
