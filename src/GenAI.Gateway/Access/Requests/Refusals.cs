using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.Access.Requests;

/// <summary>What is said to a request that may not go on. Nothing of what it brought is repeated.</summary>
internal static class Refusals
{
    public const string Realm = "Bearer realm=\"genai\"";

    private const string How = "send it as 'Authorization: Bearer <key>' or 'X-API-Key: <key>'";

    public static ApiError Missing { get; } =
        new(StatusCodes.Status401Unauthorized, "missing_api_key", $"This needs an API key: {How}. A WebSocket may bring ?ticket= from POST /v1/tickets instead.");

    public static ApiError BadTicket { get; } =
        new(StatusCodes.Status401Unauthorized, "invalid_ticket", "The ticket is unknown, used or too old; ask POST /v1/tickets for a new one. Each opens one WebSocket.");

    private static readonly ApiError Unknown =
        new(StatusCodes.Status401Unauthorized, "invalid_api_key", "The API key is not one of this gateway's; check that it is whole and meant for this gateway.");

    private static readonly ApiError Malformed =
        new(StatusCodes.Status401Unauthorized, "invalid_api_key", $"What was sent as an API key is none; expected {ApiKeyFormat.Description}. Check that it is whole; {How}.");

    public static ApiError Of(KeyVerdict verdict, ReadOnlySpan<char> key, RingKey? entry) => verdict switch
    {
        KeyVerdict.Expired => new(StatusCodes.Status401Unauthorized, "expired_api_key", $"The API key '{entry!.Key.Id}' expired on {entry.Key.ExpiresAt:u}; ask for a new one."),
        KeyVerdict.Revoked => new(StatusCodes.Status401Unauthorized, "revoked_api_key", $"The API key '{entry!.Key.Id}' was revoked on {entry.Key.RevokedAt:u}; ask for a new one."),
        _ => ApiKeyFormat.IsWellFormed(key.ToString()) ? Unknown : Malformed,
    };

    public static ApiError Scope(Caller caller, Scopes anyOf, HttpRequest request) =>
        new(StatusCodes.Status403Forbidden, "missing_scope",
            $"The API key '{caller.Id}' has the scopes {Names(caller.Scopes, ", ")}; {request.Method} {request.Path} needs {Names(anyOf, " or ")}.");

    public static ApiError Model(Caller caller, string model) =>
        new(StatusCodes.Status403Forbidden, "model_not_allowed",
            $"The API key '{caller.Id}' may not use the model '{model}'; it may use {string.Join(", ", caller.Models)}.") { Param = "model" };

    public static ApiError TooMany(Caller caller, int limit, int seconds) =>
        new(StatusCodes.Status429TooManyRequests, "rate_limit_exceeded",
            $"The API key '{caller.Id}' has made the {limit} requests that it may make in {RequestWindow.Seconds} seconds; try again in {seconds} s.")
        {
            RetryAfter = TimeSpan.FromSeconds(seconds),
        };

    private static string Names(Scopes scopes, string separator) => string.Join(separator, ScopeNames.Of(scopes));
}
