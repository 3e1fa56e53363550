using System.Collections.Concurrent;
using GenAI.Gateway.Access.Store;

namespace GenAI.Gateway.Access.Usage;

/// <summary>
/// What every key uses. Counted in memory and written behind: a request never waits for the store. With several gateways on one store each
/// learns what the others counted whenever it writes, so that a day's budget can be passed by what all of them accept in one interval.
/// </summary>
internal sealed class UsageLedger
{
    private readonly ConcurrentDictionary<string, KeyUsage> _keys = new(StringComparer.Ordinal);

    public IEnumerable<KeyUsage> Keys => _keys.Values;

    public KeyUsage Of(string keyId) => _keys.GetOrAdd(keyId, static id => new KeyUsage(id));

    /// <summary>Takes over what the store has for the day: what was used before this process began stays used.</summary>
    public void Load(IEnumerable<UsageEntry> entries, DateTimeOffset now)
    {
        foreach (var entry in entries)
        {
            var today = Of(entry.KeyId).Today(now);
            if (today.Day == entry.Day) Learn(today, entry.Amount);
        }
    }

    /// <summary>Writes what has been counted since the last time. One writer at a time.</summary>
    public async Task WriteAsync(AccessStore store, CancellationToken cancellationToken)
    {
        var changes = new List<(DayUsage Day, UsageEntry Entry)>();
        foreach (var key in _keys.Values)
        {
            foreach (var day in key.Days)
            {
                var change = day.Amount - day.Stored;
                if (change != default) changes.Add((day, new UsageEntry(key.KeyId, day.Day, change)));
            }
        }

        if (changes.Count == 0) return;
        var totals = await store.AddUsageAsync([.. changes.Select(change => change.Entry)], cancellationToken);
        foreach (var ((day, entry), total) in changes.Zip(totals))
        {
            // From here on only what others have added is news.
            day.Stored += entry.Amount;
            Learn(day, total);
        }
    }

    private static void Learn(DayUsage day, UsageAmount total)
    {
        day.Add(total - day.Stored);
        day.Stored = total;
    }
}
