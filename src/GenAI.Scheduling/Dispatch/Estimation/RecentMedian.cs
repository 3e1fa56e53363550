namespace GenAI.Scheduling.Dispatch.Estimation;

/// <summary>The median of the last values.</summary>
internal sealed class RecentMedian(int capacity)
{
    private readonly double[] _ring = new double[capacity];
    private readonly List<double> _sorted = new(capacity);
    private int _next;

    public int Count => _sorted.Count;

    public double Median => _sorted.Count % 2 == 1
        ? _sorted[_sorted.Count / 2]
        : (_sorted[_sorted.Count / 2 - 1] + _sorted[_sorted.Count / 2]) / 2;

    public void Add(double value)
    {
        if (_sorted.Count == capacity) _sorted.RemoveAt(_sorted.BinarySearch(_ring[_next]));
        _ring[_next] = value;
        _next = (_next + 1) % capacity;
        var at = _sorted.BinarySearch(value);
        _sorted.Insert(at < 0 ? ~at : at, value);
    }
}
