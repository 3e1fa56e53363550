namespace GenAI.Scheduling.PassThrough;

/// <summary>
/// Sends the same key to the same destination by rendezvous hashing (Thaler and Ravishankar, "A name-based mapping scheme for
/// rendezvous", 1996): a destination that goes moves only its own keys, and one that comes takes its share of every other's.
/// </summary>
public static class StickySessions
{
    /// <returns>An index into <paramref name="destinations"/>; -1 when there is none. Their order does not matter.</returns>
    public static int Choose(string key, ReadOnlySpan<Destination> destinations)
    {
        ArgumentNullException.ThrowIfNull(key);
        var best = -1;
        var highest = 0UL;
        var hash = Fnv1A(key, 14695981039346656037UL);
        for (var i = 0; i < destinations.Length; i++)
        {
            var weight = Avalanche(Fnv1A(destinations[i].Id, hash));
            if (best >= 0 && (weight < highest || (weight == highest && string.CompareOrdinal(destinations[i].Id, destinations[best].Id) > 0))) continue;
            (best, highest) = (i, weight);
        }

        return best;
    }

    /// <summary>FNV-1a over the characters: the same on every machine and run, unlike <see cref="string.GetHashCode()"/>.</summary>
    private static ulong Fnv1A(string text, ulong hash)
    {
        foreach (var character in text) hash = (hash ^ character) * 1099511628211UL;
        return hash;
    }

    /// <summary>Spreads a difference in any bit over all bits, as SplitMix64 ends.</summary>
    private static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }
}
