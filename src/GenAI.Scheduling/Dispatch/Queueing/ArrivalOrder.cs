namespace GenAI.Scheduling.Dispatch.Queueing;

/// <summary>
/// Waiting jobs in order of arrival, and when the turn of each came: when as many jobs have been started since it came as
/// waited before it. First in, first out starts each job exactly at its turn.
/// </summary>
internal sealed class ArrivalOrder
{
    private QueueEntry? _first;
    private QueueEntry? _last;
    private QueueEntry? _firstBeforeTurn;
    private long _left;
    private int _count;

    /// <summary>The waiting job whose turn came first; null when nobody's has come.</summary>
    public QueueEntry? FirstInTurn => ReferenceEquals(_first, _firstBeforeTurn) ? null : _first;

    public void Add(QueueEntry entry, double now)
    {
        entry.TurnAfter = _left + _count;
        Link(_last, entry);
        _firstBeforeTurn ??= entry;
        _count++;
        ComeInTurn(now);
    }

    /// <summary>A job that was started before has had its turn.</summary>
    public void AddInTurn(QueueEntry entry, double now)
    {
        entry.ComeInTurn(now);
        Link(_firstBeforeTurn is null ? _last : _firstBeforeTurn.OrderBefore, entry);
        _count++;
    }

    public void Remove(QueueEntry entry, double now)
    {
        if (ReferenceEquals(entry, _firstBeforeTurn)) _firstBeforeTurn = entry.OrderAfter;
        if (entry.OrderBefore is null) _first = entry.OrderAfter;
        else entry.OrderBefore.OrderAfter = entry.OrderAfter;
        if (entry.OrderAfter is null) _last = entry.OrderBefore;
        else entry.OrderAfter.OrderBefore = entry.OrderBefore;
        entry.OrderBefore = entry.OrderAfter = null;
        _count--;

        // A job that left without being started makes way as one that was: nobody's turn comes later for it.
        _left++;
        ComeInTurn(now);
    }

    private void ComeInTurn(double now)
    {
        while (_firstBeforeTurn is { } next && next.TurnAfter <= _left)
        {
            next.ComeInTurn(now);
            _firstBeforeTurn = next.OrderAfter;
        }
    }

    private void Link(QueueEntry? before, QueueEntry entry)
    {
        entry.OrderBefore = before;
        entry.OrderAfter = before is null ? _first : before.OrderAfter;
        if (before is null) _first = entry;
        else before.OrderAfter = entry;
        if (entry.OrderAfter is null) _last = entry;
        else entry.OrderAfter.OrderBefore = entry;
    }
}
