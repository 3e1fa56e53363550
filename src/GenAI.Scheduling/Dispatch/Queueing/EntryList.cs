namespace GenAI.Scheduling.Dispatch.Queueing;

/// <summary>Entries of one checkpoint, most urgent first; linked through the entries themselves.</summary>
internal sealed class EntryList
{
    private QueueEntry? _last;

    public QueueEntry? First { get; private set; }

    public int Count { get; private set; }

    /// <summary>Inserts from the end: in order of arrival, the usual case, that is one step.</summary>
    public void Add(QueueEntry entry)
    {
        var before = _last;
        while (before is not null && entry.ComesBefore(before)) before = before.Before;
        InsertAfter(before, entry);
    }

    public void Remove(QueueEntry entry)
    {
        if (entry.Before is null) First = entry.After;
        else entry.Before.After = entry.After;
        if (entry.After is null) _last = entry.Before;
        else entry.After.Before = entry.Before;
        entry.Before = entry.After = null;
        Count--;
    }

    /// <summary>Moves the entries of <paramref name="tenant"/> to <paramref name="target"/>, in one pass over both lists.</summary>
    public void Move(Learning.Tenant tenant, EntryList target)
    {
        QueueEntry? place = null;
        for (var entry = First; entry is not null;)
        {
            var next = entry.After;
            if (ReferenceEquals(entry.Tenant, tenant))
            {
                Remove(entry);
                for (var following = place is null ? target.First : place.After; following is not null && following.ComesBefore(entry); following = following.After)
                    place = following;
                target.InsertAfter(place, entry);
                place = entry;
            }

            entry = next;
        }
    }

    private void InsertAfter(QueueEntry? before, QueueEntry entry)
    {
        entry.Before = before;
        entry.After = before is null ? First : before.After;
        if (before is null) First = entry;
        else before.After = entry;
        if (entry.After is null) _last = entry;
        else entry.After.Before = entry;
        Count++;
    }
}
