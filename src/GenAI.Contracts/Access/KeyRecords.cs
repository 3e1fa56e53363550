using System.Collections.Immutable;

namespace GenAI.Contracts.Access;

/// <summary>How much a key may use. What is null is not limited.</summary>
public sealed record KeyQuotas
{
    /// <summary>Requests in any 60 seconds, of every kind, 1 to 1,000,000.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Jobs that wait or run at the same time.</summary>
    public int? ConcurrentJobs { get; init; }

    /// <summary>Jobs that wait at the same time.</summary>
    public int? QueuedJobs { get; init; }

    /// <summary>Steps × pixels × images of the jobs accepted in one day, UTC. One picture of 1024x1024 in 20 steps is 20,971,520.</summary>
    public long? PixelStepsPerDay { get; init; }
}

/// <summary>Body of <c>POST /v1/keys</c>.</summary>
public sealed record CreateKeyRequest
{
    /// <summary>Whose key it is, for people: 1 to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Any of <see cref="KeyScopes.All"/>; null: <c>generate</c> and <c>read-own</c>.</summary>
    public ImmutableArray<string>? Scopes { get; init; }

    /// <summary>The models that it may use; null or empty: every one.</summary>
    public ImmutableArray<string>? Models { get; init; }

    /// <summary>Its share of the fleet relative to others' shares, 0.01 to 100; null: 1.</summary>
    public double? Weight { get; init; }

    /// <summary>From when on it is not valid any more; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public KeyQuotas? Quotas { get; init; }
}

/// <summary>Body of <c>POST /v1/keys/{id}/rotate</c>.</summary>
public sealed record RotateKeyRequest
{
    /// <summary>For how many seconds the old secret goes on working beside the new one, 0 to 2,592,000 (30 days); null: 0.</summary>
    public int? OverlapSeconds { get; init; }
}

/// <summary>A key as it is shown: everything but its secret.</summary>
public sealed record KeyInfo
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The beginning of the key, by which its owner recognises it.</summary>
    public required string Prefix { get; init; }

    /// <summary><c>active</c>, <c>expired</c> or <c>revoked</c>.</summary>
    public required string Status { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>Empty: every model.</summary>
    public required ImmutableArray<string> Models { get; init; }

    public required double Weight { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Until when the secret before the last rotation works too.</summary>
    public DateTimeOffset? PreviousValidUntil { get; init; }

    public required KeyQuotas Quotas { get; init; }
}

/// <summary>Answer of <c>POST /v1/keys</c> and of a rotation: the only time that the key itself is told.</summary>
public sealed record IssuedKey(string Key, KeyInfo Info);

/// <summary>Answer of <c>GET /v1/keys</c>.</summary>
public sealed record KeyList(ImmutableArray<KeyInfo> Data);

/// <summary>What one key used on one day, UTC.</summary>
/// <param name="Key">The key's id.</param>
/// <param name="Name">The key's name; its id when it has been forgotten.</param>
/// <param name="Images">Images asked for by the accepted jobs.</param>
/// <param name="PixelSteps">Steps × pixels × images of the accepted jobs, less what was given back.</param>
public sealed record UsageRow(string Key, string Name, DateOnly Date, long Requests, long Jobs, long Images, long PixelSteps);

/// <summary>Answer of <c>GET /v1/usage</c>: the newest day first.</summary>
public sealed record UsageReport(ImmutableArray<UsageRow> Data);

/// <summary>Answer of <c>POST /v1/tickets</c>.</summary>
/// <param name="Ticket">Opens one WebSocket, as <c>?ticket=</c>.</param>
/// <param name="ExpiresIn">Seconds for which it does.</param>
public sealed record IssuedTicket(string Ticket, int ExpiresIn);

/// <summary>The scopes as the wire has them.</summary>
public static class KeyScopes
{
    public const string Generate = "generate";
    public const string ReadOwn = "read-own";
    public const string ReadAll = "read-all";
    public const string Admin = "admin";

    public static ImmutableArray<string> All { get; } = [Generate, ReadOwn, ReadAll, Admin];
}
