using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard.Access;

/// <summary>The key that whoever sends telemetry must show; everybody may when it is null.</summary>
internal sealed class ApiKey(string? key)
{
    private readonly byte[]? _hash = key is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public bool IsIn(HttpRequest request)
        => _hash is null
            || CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers["x-otlp-api-key"].ToString())));
}
