namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>A queue that can be read at any place; it grows as it fills.</summary>
internal sealed class RingBuffer<T>
{
    private T[] _items = new T[4];
    private int _first;

    public int Count { get; private set; }

    /// <summary>By age: 0 is the oldest.</summary>
    public T this[int index]
    {
        get => _items[Place(index)];
        set => _items[Place(index)] = value;
    }

    public void Add(T item)
    {
        if (Count == _items.Length)
            Grow();
        Count++;
        this[Count - 1] = item;
    }

    public T RemoveOldest()
    {
        var oldest = this[0];
        this[0] = default!;
        _first = Place(1);
        Count--;
        return oldest;
    }

    private int Place(int index) => (_first + index) % _items.Length;

    private void Grow()
    {
        var larger = new T[_items.Length * 2];
        for (var i = 0; i < Count; i++)
            larger[i] = this[i];
        (_items, _first) = (larger, 0);
    }
}
