using System.Security.Cryptography;
using System.Text;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Webhooks;

/// <summary>
/// The secret with which the webhooks of each key are signed: HMAC-SHA-256 of the key's id under the gateway's own secret, so that there is
/// nothing to store and none tells another. Signatures are those of Standard Webhooks 1.0.
/// </summary>
internal sealed class WebhookSecrets(IOptions<WebhookOptions> options, IOptions<JobOptions> jobs)
{
    private readonly byte[] _secret = options.Value.Secret is { } secret
        ? Encoding.UTF8.GetBytes(secret)
        : SecretFile.ReadOrCreate(Path.Combine(jobs.Value.Folder, "webhooks.key"));

    /// <summary>As its owner gets it: <c>whsec_</c> and base64.</summary>
    public string Of(string owner) => $"whsec_{Convert.ToBase64String(KeyOf(owner))}";

    /// <summary>The header <c>webhook-signature</c>.</summary>
    public string Sign(string owner, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, KeyOf(owner));
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hash.AppendData(body);
        return $"v1,{Convert.ToBase64String(hash.GetHashAndReset())}";
    }

    private byte[] KeyOf(string owner) => HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(owner));
}
