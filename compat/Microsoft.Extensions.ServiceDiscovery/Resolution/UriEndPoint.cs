using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery.Resolution;

internal sealed class UriEndPoint(Uri uri) : EndPoint
{
    public Uri Uri => uri;

    public override bool Equals(object? obj) => obj is UriEndPoint other && other.Uri == uri;

    public override int GetHashCode() => uri.GetHashCode();

    public override string ToString() => uri.ToString();
}
