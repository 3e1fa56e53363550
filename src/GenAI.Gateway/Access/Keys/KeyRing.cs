using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Access.Usage;

namespace GenAI.Gateway.Access.Keys;

/// <summary>What became of a key that a client brought.</summary>
internal enum KeyVerdict
{
    Valid,
    Unknown,
    Expired,
    Revoked,
}

/// <summary>
/// Every key, in memory: one volatile view, swapped whole. Looking a key up takes no lock, no I/O and no memory, since every request does it.
/// </summary>
internal sealed class KeyRing(UsageLedger ledger, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private volatile FrozenDictionary<string, RingKey> _keys = FrozenDictionary<string, RingKey>.Empty;

    public IEnumerable<ApiKey> Keys => _keys.Values.Select(entry => entry.Key);

    /// <summary>Replaces all keys by those in the store.</summary>
    public void Load(IEnumerable<ApiKey> keys)
    {
        lock (_lock)
        {
            var before = _keys;
            Publish(keys.Select(key => before.TryGetValue(key.Id, out var known) ? Updated(known, key) : New(key)));
        }

        EndThoseThatRanOut();
    }

    /// <summary>Adds a key, or replaces it by its next version.</summary>
    public void Put(ApiKey key)
    {
        lock (_lock)
        {
            var entry = _keys.TryGetValue(key.Id, out var known) ? Updated(known, key) : New(key);
            Publish(_keys.Values.Where(other => other.Key.Id != key.Id).Append(entry));
        }

        EndThoseThatRanOut();
    }

    public bool TryGet(string id, [NotNullWhen(true)] out RingKey? entry) => _keys.TryGetValue(id, out entry);

    /// <summary>Who brings this key. A key that has ended is told so only to who has the whole of it.</summary>
    public KeyVerdict Check(ReadOnlySpan<char> key, out RingKey? entry)
    {
        entry = null;
        if (!ApiKeyFormat.TryGetId(key, out var id) || !_keys.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out var found))
            return KeyVerdict.Unknown;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        KeyHash.Of(key, hash);
        var now = clock.GetUtcNow();
        if (!found.Key.Matches(hash, now)) return KeyVerdict.Unknown;
        entry = found;
        return VerdictOn(found.Key, now);
    }

    /// <summary>Whether a key that was valid once still is.</summary>
    public KeyVerdict Check(RingKey entry) => VerdictOn(entry.Key, clock.GetUtcNow());

    /// <summary>Ends what lives by a key that is not valid any more.</summary>
    public void EndThoseThatRanOut()
    {
        var now = clock.GetUtcNow();
        foreach (var entry in _keys.Values)
            if (VerdictOn(entry.Key, now) != KeyVerdict.Valid) entry.End();
    }

    private static KeyVerdict VerdictOn(ApiKey key, DateTimeOffset now) =>
        key.RevokedAt is not null ? KeyVerdict.Revoked : key.ExpiresAt <= now ? KeyVerdict.Expired : KeyVerdict.Valid;

    private static RingKey Updated(RingKey known, ApiKey key) => known.With(key);

    private RingKey New(ApiKey key) => new(key, ledger.Of(key.Id), RequestWindow.For(key.Quotas), new CancellationTokenSource());

    private void Publish(IEnumerable<RingKey> entries) =>
        _keys = entries.ToFrozenDictionary(entry => entry.Key.Id, StringComparer.Ordinal);
}
