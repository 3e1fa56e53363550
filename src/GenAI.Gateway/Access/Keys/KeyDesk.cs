using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Store;
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.Access.Keys;

/// <summary>Makes, rotates and revokes keys: first in the store, then in the ring, so that what was answered outlives the process.</summary>
internal sealed class KeyDesk(AccessStore store, KeyRing ring, KeyRequestReader requests, TimeProvider clock)
{
    public KeyList List()
    {
        var now = clock.GetUtcNow();
        return new KeyList([.. ring.Keys
            .OrderBy(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal)
            .Select(key => key.Describe(now))]);
    }

    public async Task<(IssuedKey? Key, ApiError? Error)> CreateAsync(CreateKeyRequest request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var secret = ApiKeyFormat.NewKey(ApiKeyFormat.NewId());
        var (key, error) = requests.Read(request, secret, now);
        if (key is null) return (null, error);
        if (!await store.AddAsync(key, cancellationToken)) return (null, Busy(key.Id));
        ring.Put(key);
        return (new IssuedKey(secret, key.Describe(now)), null);
    }

    public async Task<(IssuedKey? Key, ApiError? Error)> RotateAsync(string id, RotateKeyRequest request, CancellationToken cancellationToken)
    {
        if (KeyRequestReader.CheckOverlap(request) is { } bad) return (null, bad);
        if (!ring.TryGet(id, out var entry)) return (null, NotFound(id));
        var key = entry.Key;
        var now = clock.GetUtcNow();
        if (key.RevokedAt is not null || key.ExpiresAt <= now) return (null, Ended(key.Describe(now)));

        var secret = ApiKeyFormat.NewKey(id);
        var overlap = TimeSpan.FromSeconds(request.OverlapSeconds ?? 0);
        var next = key with
        {
            Shown = ApiKeyFormat.ShownPart(secret),
            Hash = ApiKey.HashOf(secret),
            PreviousHash = overlap > TimeSpan.Zero ? key.Hash : [],
            PreviousValidUntil = overlap > TimeSpan.Zero ? now + overlap : null,
        };
        if (!await store.ReplaceAsync(key, next, cancellationToken)) return (null, Busy(id));
        ring.Put(next);
        return (new IssuedKey(secret, next.Describe(now)), null);
    }

    /// <summary>A key that has been revoked is answered as it is: to say it twice is no mistake.</summary>
    public async Task<(KeyInfo? Key, ApiError? Error)> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        if (!ring.TryGet(id, out var entry)) return (null, NotFound(id));
        var now = clock.GetUtcNow();
        if (entry.Key.RevokedAt is not null) return (entry.Key.Describe(now), null);

        var next = entry.Key with { RevokedAt = now, PreviousHash = [], PreviousValidUntil = null };
        if (!await store.ReplaceAsync(entry.Key, next, cancellationToken)) return (null, Busy(id));
        ring.Put(next);
        return (next.Describe(now), null);
    }

    private static ApiError NotFound(string id) =>
        new(StatusCodes.Status404NotFound, "key_not_found", $"There is no key '{id}'; expected the id of one, as GET /v1/keys lists them.") { Param = "id" };

    private static ApiError Ended(KeyInfo key) =>
        new(StatusCodes.Status409Conflict, "key_ended", $"Key '{key.Id}' is {key.Status} and cannot be rotated; create a new one.");

    private static ApiError Busy(string id) =>
        new(StatusCodes.Status409Conflict, "key_changed", $"Key '{id}' was changed by somebody else just now; look at it and try again.")
        {
            RetryAfter = TimeSpan.FromSeconds(3),
        };
}
