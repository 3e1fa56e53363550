using GenAI.Gateway.Access;
using GenAI.ServiceDefaults;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Webhooks;

internal static class WebhookExtensions
{
    /// <summary>Call it after AddJobs: the journal is opened before the outbox is looked at.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddStartupOptions<WebhookOptions, WebhookOptionsValidator>(WebhookOptions.Section);
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookOutbox>();
        services.AddSingleton<WebhookDesk>();
        services.AddHostedService<WebhookLoop>();
        services.AddHttpClient<WebhookSender>(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, provider) =>
            {
                var allowPrivate = provider.GetRequiredService<IOptions<WebhookOptions>>().Value.AllowPrivate;
                handler.UseProxy = false;
                handler.AllowAutoRedirect = false;
                handler.UseCookies = false;
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(1);
                handler.ConnectCallback = (context, cancellationToken) => WebhookSender.ConnectAsync(context.DnsEndPoint, allowPrivate, cancellationToken);
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .WithoutStandardResilience();
        return services;
    }

    public static void MapWebhooks(this IEndpointRouteBuilder endpoints)
    {
        // Its secret is read, or drawn and written, before the first request.
        var secrets = endpoints.ServiceProvider.GetRequiredService<WebhookSecrets>();
        endpoints.MapGet("/v1/webhooks/secret", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return new { secret = secrets.Of(context.Caller().Id) };
        });
    }
}
