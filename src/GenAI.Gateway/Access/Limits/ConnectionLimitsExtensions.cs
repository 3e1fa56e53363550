using GenAI.ServiceDefaults.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access.Limits;

internal static class ConnectionLimitsExtensions
{
    /// <summary>What a client that is slow is given beyond what its bytes take.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddConnectionLimits(this IServiceCollection services)
    {
        services.AddStartupOptions<ConnectionOptions, ConnectionOptionsValidator>(ConnectionOptions.Section);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ConnectionOptions>>((kestrel, options) => Apply(options.Value, kestrel.Limits));
        return services;
    }

    private static void Apply(ConnectionOptions options, KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = null; // SocketLimitMiddleware
        limits.MaxRequestHeaderCount = options.MaxHeaders;
        limits.MaxRequestHeadersTotalSize = options.MaxHeaderBytes;
        limits.MaxRequestLineSize = options.MaxRequestLineBytes;
        limits.RequestHeadersTimeout = options.HeadersTimeout;
        limits.KeepAliveTimeout = options.KeepAliveTimeout;
        limits.MinRequestBodyDataRate = new MinDataRate(options.MinBytesPerSecond, Grace);
        limits.MinResponseDataRate = new MinDataRate(options.MinBytesPerSecond, Grace);
    }
}
