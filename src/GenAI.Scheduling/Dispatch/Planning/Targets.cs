namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// The few instances onto which a load would cost least, whatever the checkpoint, so that a decision need not compare every
/// checkpoint with every instance.
/// </summary>
internal sealed class Targets
{
    private const int Most = 8;
    private readonly int[] _instances = new int[Most];
    private readonly double[] _costs = new double[Most];

    public int Count { get; private set; }

    public int this[int place] => _instances[place];

    public void Clear() => Count = 0;

    public bool Contains(int x) => _instances.AsSpan(0, Count).Contains(x);

    public void Offer(int x, double cost)
    {
        if (Count == Most && cost >= _costs[Most - 1]) return;
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
