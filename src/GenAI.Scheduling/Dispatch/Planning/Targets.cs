namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// The few instances onto which a load would cost least, whatever the checkpoint, so that a decision need not compare every
/// checkpoint with every instance.
/// </summary>
internal sealed class Targets(Draft draft)
{
    private const int Most = 8;
    private readonly int[] _instances = new int[Most];
    private readonly double[] _costs = new double[Most];

    public int Count { get; private set; }

    public int this[int place] => _instances[place];

    public bool Contains(int x) => _instances.AsSpan(0, Count).Contains(x);

    public void Find(bool onlyIdle)
    {
        Count = 0;
        var fleet = draft.Fleet;
        var prices = fleet.Prices;
        for (var x = 0; x < prices.Length; x++)
        {
            if (double.IsNaN(prices[x])) prices[x] = Price(x);
            if ((Count == Most && prices[x] >= _costs[Most - 1]) || !fleet.IsUsable(x) || (onlyIdle && !fleet.IsIdle(x))) continue;
            Offer(x, prices[x]);
        }
    }

    private double Price(int x)
    {
        var fleet = draft.Fleet;
        return fleet.Wait[x] + draft.Pairings.Loss(draft.Queue, fleet, fleet.Slots.Dropped(x)) + fleet.MeanService / fleet.Instances[x].Speed;
    }

    private void Offer(int x, double cost)
    {
        var place = Count < Most ? Count++ : Most - 1;
        for (; place > 0 && _costs[place - 1] > cost; place--)
        {
            _costs[place] = _costs[place - 1];
            _instances[place] = _instances[place - 1];
        }

        _costs[place] = cost;
        _instances[place] = x;
    }
}
