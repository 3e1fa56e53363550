using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Tickets;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing;
using GenAI.Gateway.Routing.Clients;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace GenAI.Gateway.Access.Requests;

/// <summary>Finds out who makes a request and whether they may, and takes the proof away. Sets the <see cref="Caller"/> feature.</summary>
internal sealed class AccessMiddleware(
    RequestDelegate next, KeyRing ring, TicketBook tickets, ApiErrorWriter errors, KeyMetrics metrics, GenAISettings settings,
    IOptions<AccessOptions> options, TimeProvider clock, SteadyClock steady)
{
    private readonly bool _openMetrics = options.Value.OpenMetrics;
    private readonly bool _asksForKeys = settings.ApiAuthEnabled;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!_asksForKeys)
        {
            Credentials.RemoveOurs(request);
            return next(context);
        }

        var need = RouteNeed.Of(request.Method, request.Path, _openMetrics);
        if (!need.NeedsKey)
        {
            Credentials.Remove(request);
            return next(context);
        }

        var (entry, error) = Identify(context);
        if (entry is null) return RefuseAsync(context, error!);

        var now = clock.GetUtcNow();
        entry.Usage.CountRequest(now);
        error = CheckRate(context, entry, steady.Now) ?? CheckRights(request, entry.Caller, need);
        if (error is not null)
        {
            entry.Usage.CountRefusal();
            return errors.WriteAsync(context, error);
        }

        Credentials.Remove(request);
        context.Features.Set(entry.Caller);
        return context.IsWebSocket() ? UntilKeyEndsAsync(context, entry) : next(context);
    }

    private (RingKey? Entry, ApiError? Error) Identify(HttpContext context)
    {
        var key = Credentials.Key(context.Request.Headers);
        RingKey? entry;
        if (key.IsEmpty && RouteNeed.TakesBasic(context.Request.Path) && Credentials.BasicPassword(context.Request.Headers) is { } password)
        {
            if (password.Length == 0) return (null, Refusals.BadBasic);
            key = password;
        }

        if (key.IsEmpty)
        {
            if (Credentials.Ticket(context) is not { } ticket) return (null, Refusals.Missing);
            return tickets.Redeem(ticket, out entry) == KeyVerdict.Valid ? (entry, null) : (null, Refusals.BadTicket);
        }

        var verdict = ring.Check(key, out entry);
        return verdict == KeyVerdict.Valid ? (entry, null) : (null, Refusals.Of(verdict, key, entry));
    }

    private static ApiError? CheckRate(HttpContext context, RingKey entry, DateTimeOffset now)
    {
        if (entry.Window is not { } window) return null;
        var state = window.Take(now);
        foreach (var (name, value) in state.Headers(window)) context.Response.Headers[name] = value;
        return state.Allowed ? null : Refusals.TooMany(entry.Caller, window.Limit, state.ResetSeconds);
    }

    private static ApiError? CheckRights(HttpRequest request, Caller caller, RouteNeed need)
    {
        if (!need.IsMetBy(caller)) return Refusals.Scope(caller, need.AnyOf, request);
        if (caller.Models.IsEmpty || ModelPaths.ModelName(request.Path) is not { } model) return null;
        return caller.MayUse(model) ? null : Refusals.Model(caller, model);
    }

    /// <summary>A socket lives for hours; it must not outlive the key's revocation.</summary>
    private async Task UntilKeyEndsAsync(HttpContext context, RingKey entry)
    {
        await using var ended = entry.Ended.UnsafeRegister(static state => ((HttpContext)state!).Abort(), context);
        await next(context);
    }

    private Task RefuseAsync(HttpContext context, ApiError error)
    {
        metrics.Rejected(error.Code);
        var bearer = error == Refusals.Missing ? Refusals.Realm : $"{Refusals.Realm}, error=\"invalid_token\"";
        context.Response.Headers.WWWAuthenticate = RouteNeed.TakesBasic(context.Request.Path) ? new StringValues([bearer, Refusals.BasicRealm]) : bearer;
        return errors.WriteAsync(context, error);
    }
}
