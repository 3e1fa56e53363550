using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Keys;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access.Tickets;

/// <summary>
/// Tickets for WebSockets, since a browser cannot send a header with one: 256 random bits that stand for a key, once and for half a minute.
/// They are in this gateway's memory only; with several gateways the socket must go to the one that gave the ticket.
/// </summary>
internal sealed class TicketBook(KeyRing ring, IOptions<AccessOptions> options, SteadyClock clock)
{
    public const string QueryName = "ticket";

    /// <summary>Beyond it there are no new ones until old ones have run out: memory is bounded.</summary>
    public const int MaxTickets = 10_000;

    private readonly ConcurrentDictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);

    /// <returns>Null when there are too many.</returns>
    public IssuedTicket? Issue(string keyId)
    {
        if (_tickets.Count >= MaxTickets) Forget();
        if (_tickets.Count >= MaxTickets) return null;
        var lifetime = options.Value.TicketLifetime;
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _tickets[ticket] = new Ticket(keyId, clock.Now + lifetime);
        return new IssuedTicket(ticket, (int)Math.Ceiling(lifetime.TotalSeconds));
    }

    /// <summary>Uses a ticket up.</summary>
    public KeyVerdict Redeem(string ticket, out RingKey? entry)
    {
        entry = null;
        if (!_tickets.TryRemove(ticket, out var found)) return KeyVerdict.Unknown;
        if (found.ExpiresAt <= clock.Now) return KeyVerdict.Expired;
        return ring.TryGet(found.KeyId, out entry) ? ring.Check(entry) : KeyVerdict.Unknown;
    }

    /// <summary>Drops those that have run out.</summary>
    public void Forget()
    {
        var now = clock.Now;
        foreach (var (ticket, found) in _tickets)
            if (found.ExpiresAt <= now) _tickets.TryRemove(ticket, out _);
    }

    private readonly record struct Ticket(string KeyId, DateTimeOffset ExpiresAt);
}
