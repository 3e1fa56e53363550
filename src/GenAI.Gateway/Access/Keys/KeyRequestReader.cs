using System.Collections.Immutable;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Usage;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing;

namespace GenAI.Gateway.Access.Keys;

/// <summary>From what an administrator asks for to a key, or to what was wrong with it.</summary>
internal sealed class KeyRequestReader(Fleet fleet)
{
    public const int MaxNameLength = 100;
    public const int MaxOverlapSeconds = 30 * 24 * 3600;
    private const int MaxModels = 100;
    private const int MaxRequests = 1_000_000;
    private const int MaxJobs = 1_000_000;
    private const double MinWeight = 0.01;
    private const double MaxWeight = 100;

    public (ApiKey? Key, ApiError? Error) Read(CreateKeyRequest request, string secret, DateTimeOffset now)
    {
        var name = request.Name?.Trim();
        if (name is null or { Length: 0 or > MaxNameLength } || name.Any(char.IsControl))
            return Bad("name", request.Name, $"1 to {MaxNameLength} characters that say whose key it is");
        if (request.Weight is { } weight && weight is not (>= MinWeight and <= MaxWeight))
            return Bad("weight", weight, $"a number from {MinWeight} to {MaxWeight}");
        if (request.ExpiresAt <= now) return Bad("expires_at", request.ExpiresAt, "a time in the future");
        if (CheckQuotas(request.Quotas ?? new KeyQuotas()) is { } quota) return (null, quota);

        var scopes = Scopes.None;
        foreach (var text in request.Scopes ?? [KeyScopes.Generate, KeyScopes.ReadOwn])
        {
            if (!ScopeNames.TryParse(text, out var scope)) return Bad("scopes", text, $"any of {string.Join(", ", KeyScopes.All)}");
            scopes |= scope;
        }

        if (scopes == Scopes.None) return Bad("scopes", "[]", $"at least one of {string.Join(", ", KeyScopes.All)}");

        var models = ImmutableArray.CreateBuilder<string>();
        if (request.Models is { Length: > MaxModels } many) return Bad("models", $"{many.Length} models", $"at most {MaxModels}");
        foreach (var text in request.Models ?? [])
        {
            if (text is null || !fleet.Current.TryGetModel(text, out var model)) return Bad("models", text, $"any of {fleet.Current.ModelNames()}");
            if (!models.Contains(model.Name)) models.Add(model.Name);
        }

        ApiKeyFormat.TryGetId(secret, out var id);
        return (new ApiKey
        {
            Id = id.ToString(),
            Name = name,
            Shown = ApiKeyFormat.ShownPart(secret),
            Hash = ApiKey.HashOf(secret),
            Scopes = scopes,
            Models = models.ToImmutable(),
            Weight = request.Weight ?? 1,
            Quotas = request.Quotas ?? new KeyQuotas(),
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt,
        }, null);
    }

    public static ApiError? CheckOverlap(RotateKeyRequest request) => request.OverlapSeconds is null or (>= 0 and <= MaxOverlapSeconds)
        ? null
        : Bad("overlap_seconds", request.OverlapSeconds, $"0 to {MaxOverlapSeconds}").Error;

    private static ApiError? CheckQuotas(KeyQuotas quotas) =>
        Check("requests_per_minute", quotas.RequestsPerMinute, MaxRequests)
        ?? Check("concurrent_jobs", quotas.ConcurrentJobs, MaxJobs)
        ?? Check("queued_jobs", quotas.QueuedJobs, MaxJobs)
        ?? Check("pixel_steps_per_day", quotas.PixelStepsPerDay, UsageAmount.MaxPixelSteps);

    private static ApiError? Check(string member, long? value, long most) =>
        value is null || (value >= 1 && value <= most) ? null : Bad($"quotas.{member}", value, $"1 to {most}, or nothing for no limit").Error;

    private static (ApiKey? Key, ApiError? Error) Bad(string member, object? value, string expected) =>
        (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_value", FormattableString.Invariant($"{member} is '{value}'; expected {expected}."))
        {
            Param = member,
        });
}
