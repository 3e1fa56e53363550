namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>A sum whose parts fade with their age: after one <c>memory</c> a part counts for 1/e.</summary>
internal struct DecayingSum
{
    private double _value;
    private double _at;

    public void Add(double amount, double now, double memory)
    {
        _value = At(now, memory) + amount;
        _at = Math.Max(_at, now);
    }

    public readonly double At(double now, double memory) => _value == 0 ? 0 : _value * Math.Exp(-Math.Max(0, now - _at) / memory);
}
