using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GenAI.Gateway.Routing.FastPath;

internal static class FastPathExtensions
{
    public static IServiceCollection AddFastPath(this IServiceCollection services)
    {
        services.AddSingleton<OwnPaths>();
        services.AddSingleton<HostSettings>();
        services.AddSingleton<FastPathTelemetry>();
        services.AddSingleton<FastPathAdmission>();
        services.AddSingleton<FastPathTally>();
        services.AddSingleton<FastPathMiddleware>();
        return services;
    }

    /// <summary>On every address that is listened on. Where there is TLS it sees that before it is taken off, and leaves it to the server.</summary>
    public static void UseFastPath(this KestrelServerOptions kestrel) =>
        kestrel.ConfigureEndpointDefaults(listen => listen.Use(server =>
        {
            var path = listen.ApplicationServices.GetRequiredService<FastPathMiddleware>();
            return client => path.ServeAsync(client, server);
        }));
}
