namespace GenAI.Simulator.Dispatching;

/// <summary>The number of requests in the system over the arrivals' span, to tell a queue that settles from one that grows.</summary>
internal sealed class Backlog(double span)
{
    private readonly double[] _quarters = new double[4];
    private double _since;
    private int _count;

    public void Change(double now, int by)
    {
        Integrate(Math.Min(now, span));
        _count += by;
    }

    /// <summary>
    /// False when the last quarter of the run held clearly more requests than the second: more than half as much again,
    /// and more than four for each instance. A queue that grows steadily holds 2.3 times as many.
    /// </summary>
    public bool Settled(int instances)
    {
        Integrate(span);
        var quarter = Math.Max(span / 4, double.Epsilon);
        var second = _quarters[1] / quarter;
        var last = _quarters[3] / quarter;
        return last <= 4 * instances || last <= 1.5 * second;
    }

    private void Integrate(double until)
    {
        while (_since < until)
        {
            var quarter = Math.Min(3, (int)(_since / span * 4));
            var end = quarter == 3 ? until : Math.Min(until, span * (quarter + 1) / 4);
            if (end <= _since) end = until;
            _quarters[quarter] += _count * (end - _since);
            _since = end;
        }
    }
}
