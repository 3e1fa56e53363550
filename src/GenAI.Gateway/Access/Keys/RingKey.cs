using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Access.Usage;

namespace GenAI.Gateway.Access.Keys;

/// <summary>A key with what the gateway keeps for it in memory.</summary>
internal sealed class RingKey(ApiKey key, KeyUsage usage, RequestWindow? window, CancellationTokenSource ended)
{
    public ApiKey Key => key;

    /// <summary>One for all its requests, so that a request allocates none.</summary>
    public Caller Caller { get; } = new()
    {
        Id = key.Id,
        Name = key.Name,
        Scopes = key.Scopes,
        Models = key.Models,
        Weight = key.Weight,
    };

    public KeyUsage Usage => usage;

    /// <summary>Null: its requests are not limited.</summary>
    public RequestWindow? Window => window;

    /// <summary>Cancelled when the key is revoked or runs out: what lives longer than a request ends then.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>The same key as it is now: what it has used so far in this minute and today stays used.</summary>
    public RingKey With(ApiKey next) =>
        new(next, usage, window?.Limit == next.Quotas.RequestsPerMinute ? window : RequestWindow.For(next.Quotas), ended);

    public void End() => ended.Cancel();
}
