namespace Aspire.Hosting.ApplicationModel;

/// <summary>A URL on this machine's loopback, as whoever asks reaches it: a container under another host's name and at another port.</summary>
public record HostUrl(string Url) : IExpressionValue
{
    string IManifestExpressionProvider.ValueExpression => Url;

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => new(Url);

    async ValueTask<string?> IValueProvider.GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        if (context.HostPort is null || !Uri.TryCreate(Url, UriKind.Absolute, out var uri) || !uri.IsLoopback)
            return Url;
        var (host, port) = await context.HostPort(uri.Port, cancellationToken);
        var seen = new UriBuilder(uri) { Host = host, Port = port }.Uri.ToString();
        return Url.EndsWith('/') ? seen : seen.TrimEnd('/');
    }
}
