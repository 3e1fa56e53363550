using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using GenAI.Contracts.Access;

namespace GenAI.Gateway.Access.Keys;

/// <summary>A key as the gateway keeps it: by the SHA-256 of what its owner has, never by that itself.</summary>
internal sealed record ApiKey
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The part that may be shown.</summary>
    public required string Shown { get; init; }

    public required ImmutableArray<byte> Hash { get; init; }

    /// <summary>Of the key before the last rotation; it counts until <see cref="PreviousValidUntil"/>.</summary>
    public ImmutableArray<byte> PreviousHash { get; init; } = [];

    public DateTimeOffset? PreviousValidUntil { get; init; }

    public required Scopes Scopes { get; init; }

    public ImmutableArray<string> Models { get; init; } = [];

    public double Weight { get; init; } = 1;

    public KeyQuotas Quotas { get; init; } = new();

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public static ImmutableArray<byte> HashOf(string key) => [.. SHA256.HashData(Encoding.ASCII.GetBytes(key))];

    /// <summary>Whether the hash is that of the key as it is now, or of the one before where that still counts. Takes the same time either way.</summary>
    public bool Matches(ReadOnlySpan<byte> hash, DateTimeOffset now)
    {
        var current = CryptographicOperations.FixedTimeEquals(Hash.AsSpan(), hash);
        var previous = CryptographicOperations.FixedTimeEquals(PreviousHash.IsEmpty ? Hash.AsSpan() : PreviousHash.AsSpan(), hash);
        return current | (previous & PreviousValidUntil > now);
    }

    public KeyInfo Describe(DateTimeOffset now) => new()
    {
        Id = Id,
        Name = Name,
        Prefix = Shown,
        Status = RevokedAt is not null ? "revoked" : ExpiresAt <= now ? "expired" : "active",
        Scopes = ScopeNames.Of(Scopes),
        Models = Models,
        Weight = Weight,
        CreatedAt = CreatedAt,
        ExpiresAt = ExpiresAt,
        RevokedAt = RevokedAt,
        PreviousValidUntil = PreviousValidUntil > now ? PreviousValidUntil : null,
        Quotas = Quotas,
    };
}
