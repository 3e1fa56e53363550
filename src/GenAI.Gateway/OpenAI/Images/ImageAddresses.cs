using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GenAI.Gateway.Jobs;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>
/// Addresses of images for whoever is given them, until they expire: <c>/v1/images/files/{sha-256}.png?expires=…&amp;signature=…</c>. The
/// signature is HMAC-SHA-256 (RFC 2104) over name and time, so that nothing needs to be remembered of them and a restart keeps them good.
/// </summary>
internal sealed class ImageAddresses(IOptions<OpenAIOptions> options, IOptions<JobOptions> jobs, TimeProvider clock)
{
    public const string Expires = "expires";
    public const string Signature = "signature";

    private readonly byte[] _secret = options.Value.UrlSecret is { } secret
        ? Encoding.UTF8.GetBytes(secret)
        : SecretFile.ReadOrCreate(Path.Combine(jobs.Value.Folder, "image-urls.key"));

    /// <summary>From the root of the gateway on.</summary>
    public string Of(string hash, string contentType)
    {
        var name = $"{hash}.{ExtensionOf(contentType)}";
        var expires = (clock.GetUtcNow() + options.Value.ImageLifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"/v1/images/files/{name}?{Expires}={expires}&{Signature}={Sign(name, expires)}");
    }

    /// <summary>Whether the signature is ours, and until when it is good; null when it is not.</summary>
    public DateTimeOffset? Check(string name, string? expires, string? signature)
    {
        if (!long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until) || signature is null) return null;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(name, until)), Encoding.UTF8.GetBytes(signature))) return null;
        return DateTimeOffset.FromUnixTimeSeconds(until);
    }

    private static string ExtensionOf(string contentType) => contentType switch { "image/jpeg" => "jpg", "image/webp" => "webp", _ => "png" };

    private string Sign(string name, long expires) =>
        WebEncoders.Base64UrlEncode(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\n{expires}"))));
}
