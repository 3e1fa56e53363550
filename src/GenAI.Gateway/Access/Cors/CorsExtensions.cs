using GenAI.Gateway.Routing.Tracks;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access.Cors;

internal static class CorsExtensions
{
    private static readonly string[] Exposed =
    [
        "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "retry-after-ms", "x-should-retry", "x-request-id",
        "WWW-Authenticate", "X-GenAI-Job", "X-GenAI-Seed", TrackMiddleware.TrackHeader, TrackMiddleware.VersionHeader,
    ];

    public static IServiceCollection AddGatewayCors(this IServiceCollection services)
    {
        services.AddStartupOptions<CorsOptions, CorsOptionsValidator>(CorsOptions.Section);
        services.AddCors();
        services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<IOptions<CorsOptions>>((cors, options) =>
            cors.AddDefaultPolicy(policy => policy
                // Without credentials: a page brings a key, and no cookie counts here.
                .WithOrigins(options.Value.Origins).AllowAnyMethod().AllowAnyHeader()
                .WithExposedHeaders(Exposed).SetPreflightMaxAge(options.Value.MaxAge)));
        return services;
    }

    /// <summary>Before keys are asked for, since a browser asks without one whether it may send one. Nothing at all where no origin is named.</summary>
    public static void UseGatewayCors(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<IOptions<CorsOptions>>().Value.Origins.Length > 0) app.UseCors();
    }
}
