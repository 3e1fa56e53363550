using System.Security.Cryptography;
using System.Text;
using GenAI.Gateway.Access;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing.Tracks;
using GenAI.Gateway.Webhooks;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Images;

/// <summary>What a request's headers say of its jobs, by whichever API it comes.</summary>
/// <param name="IdempotencyKey">With the API's name in front, so that one key means one thing in each; null: none.</param>
/// <param name="Webhook">Where the ends of the jobs are to be told; null: nowhere.</param>
internal sealed record OrderTerms(string? IdempotencyKey, Uri? Webhook)
{
    public const string KeyHeader = "Idempotency-Key";

    private const int LongestKey = 255;

    public static OrderTerms None { get; } = new(null, null);

    /// <summary>The key was this caller's for another request.</summary>
    public static ApiError KeyReused { get; } = new(StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused",
        $"The {KeyHeader} was used for another request before; take a new one, or repeat that request as it was.") { Param = KeyHeader };

    /// <summary>Which release track is to serve it; null: nothing is known but the caller.</summary>
    public TrackWish? Wish { get; init; }

    /// <summary>Whether the jobs are to be done though the client goes away: it can ask again, or is told.</summary>
    public bool OutliveClient => IdempotencyKey is not null || Webhook is not null;

    public static (OrderTerms? Terms, ApiError? Error) Read(HttpRequest request, string api)
    {
        var options = request.HttpContext.RequestServices.GetRequiredService<IOptions<WebhookOptions>>().Value;
        var (webhook, error) = WebhookAddress.Read(request, options.AllowPrivate);
        if (error is not null) return (null, error);
        var keys = request.Headers[KeyHeader];
        var wish = TrackWish.Of(request.HttpContext);
        if (keys.Count == 0) return (new OrderTerms(null, webhook) { Wish = wish }, null);
        if (keys.Count == 1 && keys[0] is { Length: >= 1 and <= LongestKey } key && key.All(character => character is >= ' ' and <= '~'))
            return (new OrderTerms($"{api}:{key}", webhook) { Wish = wish }, null);
        return (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_idempotency_key",
            $"The header {KeyHeader} must be one text of 1 to {LongestKey} printable ASCII characters.") { Param = KeyHeader });
    }

    /// <summary>
    /// A seed for a request that names none: drawn; or, with a key, the same for each repetition of the request, which is then the same request.
    /// </summary>
    public long DrawSeed(Caller caller)
    {
        if (IdempotencyKey is null) return SeedSequence.Draw();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Id}\n{IdempotencyKey}"));
        return SeedSequence.Within(BitConverter.ToInt64(hash));
    }

    /// <summary>The client's own part of what <see cref="KeyOf"/> has made.</summary>
    public static string? KeyAsSent(string? keyOfJob) =>
        keyOfJob?[(keyOfJob.IndexOf(':', StringComparison.Ordinal) + 1)..keyOfJob.LastIndexOf('/')];

    /// <summary>The key of the job of one of the request's images; null without a key.</summary>
    public string? KeyOf(int index) => IdempotencyKey is null ? null : $"{IdempotencyKey}/{index}";
}
