using System.Globalization;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Store;
using GenAI.Gateway.Errors;
using GenAI.ServiceDefaults.Settings;

namespace GenAI.Gateway.Access.Usage;

/// <summary><c>GET /v1/usage?days=30&amp;key=…</c>: what keys used, by day. One's own; everybody's with the scope read-all or admin.</summary>
internal static class UsageApi
{
    private const int DefaultDays = 30;
    private const int MaxDays = 366;

    public static void MapUsage(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGroup("/v1/usage").WithStoreErrors().MapGet("", ReportAsync);

    private static async Task ReportAsync(
        HttpContext context, AccessStore store, UsageLedger ledger, KeyRing ring, GenAISettings settings, TimeProvider clock)
    {
        var (days, key, error) = Read(context);
        if (error is not null)
        {
            await context.AnswerAsync<UsageReport>(null, error);
            return;
        }

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var since = today.AddDays(1 - days);
        var stored = settings.ApiAuthEnabled ? await store.ReadUsageAsync(since, key, context.RequestAborted) : [];
        var rows = Merge(stored, Counted(ledger, key, since))
            .OrderByDescending(entry => entry.Day).ThenBy(entry => entry.KeyId, StringComparer.Ordinal)
            .Select(entry => Row(entry, ring));
        await context.AnswerAsync(new UsageReport([.. rows]), null);
    }

    private static (int Days, string? Key, ApiError? Error) Read(HttpContext context)
    {
        var caller = context.Caller();
        var query = context.Request.Query;
        var seesAll = caller.May(Scopes.ReadAll) || caller.May(Scopes.Admin);
        var key = query["key"].ToString() is { Length: > 0 } asked ? asked : null;
        if (!seesAll && key is not null && key != caller.Id)
        {
            return (0, null, new ApiError(StatusCodes.Status403Forbidden, "missing_scope",
                $"The API key '{caller.Id}' may see its own usage only; that of '{key}' needs {KeyScopes.ReadAll} or {KeyScopes.Admin}.") { Param = "key" });
        }

        var days = DefaultDays;
        if (query["days"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) || days is < 1 or > MaxDays))
        {
            return (0, null, new ApiError(StatusCodes.Status400BadRequest, "invalid_value", $"days is '{text}'; expected 1 to {MaxDays}.") { Param = "days" });
        }

        return (days, seesAll ? key : caller.Id, null);
    }

    /// <summary>What has been counted here, which the store has heard of but for the last moments.</summary>
    private static IEnumerable<UsageEntry> Counted(UsageLedger ledger, string? key, DateOnly since) =>
        from usage in ledger.Keys
        where key is null || usage.KeyId == key
        from day in usage.Days
        where day.Day >= since && day.Amount != default
        select new UsageEntry(usage.KeyId, day.Day, day.Amount);

    private static IEnumerable<UsageEntry> Merge(IReadOnlyList<UsageEntry> stored, IEnumerable<UsageEntry> counted) =>
        counted.Concat(stored).DistinctBy(entry => (entry.KeyId, entry.Day));

    private static UsageRow Row(UsageEntry entry, KeyRing ring) => new(
        entry.KeyId, ring.TryGet(entry.KeyId, out var key) ? key.Key.Name : entry.KeyId, entry.Day,
        entry.Amount.Requests, entry.Amount.Jobs, entry.Amount.Images, entry.Amount.PixelSteps);
}
